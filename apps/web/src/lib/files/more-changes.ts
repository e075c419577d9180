import { client } from '../graphql/client.ts';
import { failureOf, type Failure } from '../graphql/failure.ts';
import type { ListPage } from '../graphql/more-pages.svelte.ts';
import { ChangesQuery, DifferencesQuery, type Change } from './ChangeList.graphql.ts';

type More = (after: string) => Promise<ListPage<Change> | Failure>;
const EMPTY: Failure = { code: 'EMPTY', message: '' };

/** Asks for the next pages of what a sync changed. */
export function moreChanges(sync: string): More {
  return async (after) => {
    const { data, error } = await client().query(ChangesQuery, { sync, after }).toPromise();
    if (error !== undefined) return failureOf(error);
    return data?.node?.__typename === 'ProjectSync' ? data.node.changes : EMPTY;
  };
}

/** Asks for the next pages of what differs between two syncs. */
export function moreDifferences(from: string, to: string): More {
  return async (after) => {
    const { data, error } = await client().query(DifferencesQuery, { from, to, after }).toPromise();
    if (error !== undefined) return failureOf(error);
    return (data?.node?.__typename === 'ProjectSync' && data.node.snapshot?.changesSince) || EMPTY;
  };
}
