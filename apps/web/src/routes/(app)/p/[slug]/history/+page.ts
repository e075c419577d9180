import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { Shell } from '#lib/shell/Shell.graphql.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const HistoryQuery = graphql(
  `
    query History($slug: String!, $after: String) {
      viewer {
        id
      }
      project(slug: $slug) {
        ...Shell
        syncs(first: 50, after: $after) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            ...SyncRow
          }
        }
      }
    }
  `,
  [Shell, SyncRow],
);

export const load: PageLoad = async (event) => {
  const after = event.url.searchParams.get('after');
  const { data, operation } = await loadQuery(event, HistoryQuery, { slug: event.params.slug, after });
  const project = projectOf(data.project);
  return { project, shell: project, operation };
};
