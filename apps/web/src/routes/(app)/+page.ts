import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { loadRows } from '#lib/graphql/load-rows.ts';
import { rowsIn } from '#lib/sync/history-filter.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const ProjectsQuery = graphql(
  `
    query Projects($query: String, $first: Int!, $after: String) {
      viewer {
        id
        name
      }
      instance {
        exampleRepository
      }
      projects(query: $query, first: $first, after: $after) {
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
              keptBranches(first: 12) {
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
  const rows = rowsIn(event.url);
  let loaded: Awaited<ReturnType<typeof ask>> | undefined;
  const ask = (first: number, after: string | null) =>
    loadQuery(event, ProjectsQuery, { query: query === '' ? null : query, first, after });
  const projects = await loadRows(rows, async (first, after) => {
    const page = await ask(first, after);
    // What stands beside the list is the same on each of its pages.
    loaded ??= page;
    return page.data.projects;
  });
  return {
    query,
    projects,
    example: loaded?.data.instance.exampleRepository ?? null,
    operation: loaded?.operation,
    failure: loaded?.failure ?? null,
  };
};
