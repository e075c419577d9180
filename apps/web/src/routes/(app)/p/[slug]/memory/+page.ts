import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { placeIn } from '#lib/place/place.ts';
import { shownSync } from '#lib/place/shown-snapshot.ts';
import { SearchQuery } from '#lib/search/search.graphql.ts';
import { filtersOf, searchIn } from '#lib/search/search-state.ts';
import type { PageLoad } from './$types';

/** Refusals that belong to what was asked: the page says them beside the search box, which keeps its text. */
const ANSWERABLE = new Set(['BAD_USER_INPUT', 'BRANCH_NOT_FOUND', 'SEARCH_TIMEOUT', 'PATTERN_TIMEOUT']);

export const load: PageLoad = async (event) => {
  const place = placeIn(event.url);
  const search = searchIn(event.url);
  const { shell, kept, past } = await event.parent();
  const first = shell.repositories.nodes[0]?.id;
  // Without a repository and a branch, every repository is searched on its default branch.
  const repository = place.repository ?? (place.branch === null ? undefined : first);
  const variables = {
    slug: event.params.slug,
    query: search.query,
    asked: search.query !== '',
    repositories: repository === undefined ? null : [repository],
    branch: place.branch,
    asOf: place.asOf,
    ...filtersOf(search),
    after: search.after,
  };
  const spansAll = repository === undefined && shell.repositories.nodes.length > 1;
  const nothingKept = !spansAll && kept?.syncId == null;
  const { data, operation, failure } = await loadQuery(event, SearchQuery, variables);
  const problem = failure !== null && ANSWERABLE.has(failure.code) ? failure.message : null;
  const found = problem === null ? (projectOf(data.project).search ?? null) : null;
  // Of several repositories there is no one state.
  const shown = spansAll ? null : shownSync({ kept, past }).sync || null;
  return { search, variables, nothingKept, shown, found, problem, operation };
};
