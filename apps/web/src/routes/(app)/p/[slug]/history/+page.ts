import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { loadRows } from '#lib/graphql/load-rows.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { placeIn } from '#lib/place/place.ts';
import { filterIn, syncVariables } from '#lib/sync/history-filter.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const HistoryQuery = graphql(
  `
    query History(
      $slug: String!
      $repositoryId: ID
      $branch: String
      $status: [SyncStatus!]
      $triggers: [SyncTrigger!]
      $requestedBy: ID
      $first: Int!
      $after: String
    ) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
        members {
          user {
            __typename
            id
            name
          }
        }
        syncs(
          repositoryId: $repositoryId
          branch: $branch
          status: $status
          triggers: $triggers
          requestedBy: $requestedBy
          first: $first
          after: $after
        ) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            ...SyncRow
            snapshot {
              commitOid
            }
          }
        }
      }
    }
  `,
  [SyncRow],
);

/** The syncs that the address asks for: of the place's branch, of its repository, or of the project. */
export const load: PageLoad = async (event) => {
  const { shell, kept } = await event.parent();
  const filter = filterIn(event.url);
  const repository = placeIn(event.url).repository ?? shell.repositories.nodes[0]?.id ?? null;
  const branch = kept?.name ?? placeIn(event.url).branch;
  const variables = syncVariables(filter, { repository, branch });
  let loaded: Awaited<ReturnType<typeof ask>> | undefined;
  const ask = (first: number, after: string | null) =>
    loadQuery(event, HistoryQuery, { slug: event.params.slug, ...variables, first, after });
  const syncs = await loadRows(filter.rows, async (first, after) => {
    const page = await ask(first, after);
    loaded ??= page;
    return projectOf(page.data.project).syncs;
  });
  const people = (loaded?.data.project?.members ?? []).map(({ user }) => user);
  return { syncs, filter, variables, people, operation: loaded?.operation };
};
