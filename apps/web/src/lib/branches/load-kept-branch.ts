import { loadQuery, type LoadEvent } from '../graphql/load-query.ts';
import type { Place } from '../place/place.ts';
import { findKeptBranch, KeptBranchQuery, type FoundBranch } from './kept-branch.ts';

/** The stored branch that a page's place names; null in a project without repositories. */
export function loadKeptBranch(event: LoadEvent, slug: string, place: Place): Promise<FoundBranch | null> {
  return findKeptBranch(
    place,
    async (variables) => (await loadQuery(event, KeptBranchQuery, { slug, ...variables })).data,
  );
}
