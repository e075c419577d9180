import { client } from '#lib/graphql/client.ts';
import { failureOf, type Failure } from '#lib/graphql/failure.ts';
import type { ResultOf } from '#lib/graphql/graphql.ts';
import type { PatternState, Severity } from './pattern-filter.ts';
import { MorePatternsQuery } from './Patterns.graphql.ts';

type Sync = Extract<NonNullable<ResultOf<typeof MorePatternsQuery>['node']>, { __typename: 'ProjectSync' }>;
type Page = NonNullable<Sync['snapshot']>['patterns'];

/** Asks for the next page of a list of findings. */
export function morePatterns(filter: {
  sync: string;
  states: PatternState[];
  severities: Severity[] | null;
}): (after: string) => Promise<Page | Failure> {
  return async (after) => {
    const { data, error } = await client()
      .query(MorePatternsQuery, { ...filter, after })
      .toPromise();
    if (error !== undefined) return failureOf(error);
    const patterns = data?.node?.__typename === 'ProjectSync' ? data.node.snapshot?.patterns : undefined;
    return patterns ?? { code: 'EMPTY', message: '' };
  };
}
