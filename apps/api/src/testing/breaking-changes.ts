import { findBreakingChanges, type GraphQLSchema } from 'graphql';

/**
 * What a program that was written against the baseline could not do any more, and nobody has announced. A change is
 * announced by a line of the changelog, `- BREAKING: ` and the message that is told here.
 */
export function unannounced(baseline: GraphQLSchema, current: GraphQLSchema, changelog: string): string[] {
  const announced = new Set(
    [...changelog.matchAll(/^- BREAKING: (.+?)\s*$/gm)].map(([, message]) => message ?? ''),
  );
  return findBreakingChanges(baseline, current)
    .map(({ description }) => description)
    .filter((message) => !announced.has(message));
}
