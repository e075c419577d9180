import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { Shell } from '#lib/shell/Shell.graphql.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const SyncQuery = graphql(
  `
    query SyncPage($slug: String!, $sync: ID!, $after: String) {
      viewer {
        id
      }
      project(slug: $slug) {
        ...Shell
      }
      node(id: $sync) {
        __typename
        id
        ... on ProjectSync {
          ...SyncRow
          previous {
            id
            queuedAt
          }
          next {
            id
            queuedAt
          }
          restoredFrom {
            id
            queuedAt
            commitOid
          }
          warnings {
            code
            message
            path
          }
          changes(first: 100, after: $after) {
            totalCount
            pageInfo {
              hasNextPage
              endCursor
            }
            nodes {
              kind
              path
              previousPath
            }
          }
        }
      }
    }
  `,
  [Shell, SyncRow],
);

export const load: PageLoad = async (event) => {
  const after = event.url.searchParams.get('after');
  const { data, operation } = await loadQuery(event, SyncQuery, {
    slug: event.params.slug,
    sync: event.params.sync,
    after,
  });
  const sync = projectOf(data.node?.__typename === 'ProjectSync' ? data.node : null);
  return { shell: projectOf(data.project), sync, operation };
};
