import { findBreakingChanges, type GraphQLSchema } from 'graphql';

/**
 * The breaking changes since the baseline that the changelog does not announce. A line of the changelog announces one by
 * `- BREAKING: ` and the message returned here.
 */
export function unannounced(baseline: GraphQLSchema, current: GraphQLSchema, changelog: string): string[] {
  const announced = new Set(
    [...changelog.matchAll(/^- BREAKING: (.+?)\s*$/gm)].map(([, message]) => message ?? ''),
  );
  return findBreakingChanges(baseline, current)
    .map(({ description }) => description)
    .filter((message) => !announced.has(message));
}
