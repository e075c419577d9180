import { GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { ApiContext } from '../graphql/context.ts';
import { queryCost } from './query-cost.ts';

/** The most that one request may cost: three pages of the usual size inside each other with forty fields, or two of a hundred. */
export const MOST_COST = 500_000;

/** Refuses what would cost too much before anything is resolved, and tells each answer's cost beside it. */
export function limitCost(): Plugin<ApiContext> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { rateLimit } = args.contextValue;
      rateLimit.cost = queryCost(args);
      const { cost, costLimit } = rateLimit;
      if (cost > MOST_COST) return setResultAndStopExecution({ errors: [tooCostly(cost)] });
      return {
        onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result)) return;
          // What is left of the budget stands in headers: two answers to one question must be the same.
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
    `This request costs ${cost}, and one may cost ${MOST_COST}. Ask for smaller pages or fewer fields.`,
    { extensions: { code: 'QUERY_TOO_COSTLY', cost, limit: MOST_COST } },
  );
}
