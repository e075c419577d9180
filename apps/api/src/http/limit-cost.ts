import { GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { ApiContext } from '../graphql/context.ts';
import { queryCost } from './query-cost.ts';

/** The cost limit of one request: three nested pages of the default size with forty fields, or two of a hundred. */
export const MOST_COST = 500_000;

const COST_OF_A_UNIT = 5000;
const BYTES_OF_A_UNIT = 250_000;

/** The requests that a cost takes from the budget beside the request itself: a small one takes none. */
export function unitsOfCost(cost: number): number {
  return Math.floor(cost / COST_OF_A_UNIT);
}

/** The requests that an answer of this size takes from the budget beside the request itself. */
export function unitsOfBytes(bytes: number): number {
  return Math.floor(bytes / BYTES_OF_A_UNIT);
}

/** Refuses a too costly request before anything is resolved, and adds the cost to each response. */
export function limitCost(): Plugin<ApiContext> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { rateLimit } = args.contextValue;
      rateLimit.cost = queryCost(args);
      const { cost, costLimit } = rateLimit;
      if (cost > MOST_COST) return setResultAndStopExecution({ errors: [tooCostly(cost)] });
      rateLimit.charge(cost);
      return {
        onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result)) return;
          // The rest of the budget is in headers instead, so that two responses to one query are equal.
          const extensions = { ...result.extensions, cost, costLimit };
          setResult({ ...result, extensions });
        },
      };
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const cost = queryCost(args);
      args.contextValue.rateLimit.cost = cost;
      if (cost > MOST_COST) return setResultAndStopExecution({ errors: [tooCostly(cost)] });
      args.contextValue.rateLimit.charge(cost);
    },
  };
}

function tooCostly(cost: number): GraphQLError {
  return new GraphQLError(
    `This request costs ${cost}; the limit is ${MOST_COST}. Query smaller pages or fewer fields.`,
    { extensions: { code: 'QUERY_TOO_COSTLY', cost, limit: MOST_COST } },
  );
}
