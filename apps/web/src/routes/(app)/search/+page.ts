import { loadQuery } from '#lib/graphql/load-query.ts';
import { SearchedProjectsQuery } from '#lib/search/across.graphql.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async (event) => {
  const query = event.url.searchParams.get('q')?.trim() ?? '';
  const { data, operation } = await loadQuery(event, SearchedProjectsQuery, {});
  return { query, projects: data.projects, operation };
};
