import { GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { ApiContext } from '../graphql/context.ts';
import { queryCost } from './query-cost.ts';

/** The cost limit of one request: three nested pages of the default size with forty fields, or two of a hundred. */
export const MOST_COST = 500_000;

/** This much cost, and this much text, is worth one more request of the caller's budget. */
const COST_OF_REQUEST = 5000;
const TEXT_OF_REQUEST = 100_000;

/** Refuses a too costly request before anything is resolved, and adds the cost to each response. What is large is also charged. */
export function limitCost(): Plugin<ApiContext> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { rateLimit } = args.contextValue;
      rateLimit.cost = queryCost(args);
      const { cost, costLimit } = rateLimit;
      if (cost > MOST_COST) return setResultAndStopExecution({ errors: [tooCostly(cost)] });
      rateLimit.charge(Math.floor(cost / COST_OF_REQUEST));
      return {
        onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result)) return;
          rateLimit.charge(Math.floor(args.contextValue.answer.characters / TEXT_OF_REQUEST));
          // The rest of the budget is in headers instead, so that two responses to one query are equal.
          const extensions = { ...result.extensions, cost, costLimit };
          setResult({ ...result, extensions });
        },
      };
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const cost = queryCost(args);
      args.contextValue.rateLimit.cost = cost;
      if (cost > MOST_COST) setResultAndStopExecution({ errors: [tooCostly(cost)] });
    },
  };
}

function tooCostly(cost: number): GraphQLError {
  return new GraphQLError(
    `This request costs ${cost}; the limit is ${MOST_COST}. Query smaller pages or fewer fields.`,
    { extensions: { code: 'QUERY_TOO_COSTLY', cost, limit: MOST_COST } },
  );
}
