import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const ProjectsQuery = graphql(
  `
    query Projects($query: String, $after: String) {
      viewer {
        id
        name
      }
      instance {
        exampleRepository
      }
      projects(query: $query, first: 30, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          __typename
          id
          slug
          name
          description
          viewerRole
          repositories(first: 1) {
            totalCount
            nodes {
              id
              name
              defaultBranch
              keptBranches(first: 20) {
                nodes {
                  id
                  name
                  isDefault
                  lastSync {
                    __typename
                    id
                    branch
                    commitOid
                    queuedAt
                    completedAt
                    stats {
                      filesTotal
                    }
                  }
                }
              }
            }
          }
          syncs(first: 1) {
            nodes {
              ...SyncRow
            }
          }
        }
      }
    }
  `,
  [SyncRow],
);

export const load: PageLoad = async (event) => {
  const query = event.url.searchParams.get('q') ?? '';
  const after = event.url.searchParams.get('after');
  return { query, ...(await loadQuery(event, ProjectsQuery, { query: query === '' ? null : query, after })) };
};
