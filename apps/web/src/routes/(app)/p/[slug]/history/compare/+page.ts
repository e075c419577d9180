import { ChangedFile } from '#lib/files/ChangeList.graphql.ts';
import { graphql, type ResultOf } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { syncNamed } from '#lib/sync/sync-named.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const ComparedSync = graphql(
  `
    fragment ComparedSync on ProjectSync @_unmask {
      ...SyncRow
      snapshot {
        commitOid
      }
    }
  `,
  [SyncRow],
);

const SidesQuery = graphql(
  `
    query Sides(
      $slug: String!
      $fromNumber: Int!
      $fromId: ID!
      $fromNumbered: Boolean!
      $toNumber: Int!
      $toId: ID!
      $toNumbered: Boolean!
    ) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
        numberedFrom: sync(number: $fromNumber) @include(if: $fromNumbered) {
          ...ComparedSync
        }
        numberedTo: sync(number: $toNumber) @include(if: $toNumbered) {
          ...ComparedSync
        }
        syncs(first: 100, status: [COMPLETED]) {
          nodes {
            __typename
            id
            number
            branch
            commitMessage
          }
        }
      }
      from: node(id: $fromId) @skip(if: $fromNumbered) {
        __typename
        id
        ...ComparedSync
      }
      to: node(id: $toId) @skip(if: $toNumbered) {
        __typename
        id
        ...ComparedSync
      }
    }
  `,
  [ComparedSync],
);

const CompareQuery = graphql(
  `
    query Compare($from: ID!, $to: ID!) {
      node(id: $to) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            commitOid
            changesSince(syncId: $from, first: 100) {
              totalCount
              pageInfo {
                hasNextPage
                endCursor
              }
              nodes {
                ...ChangedFile
              }
            }
          }
        }
      }
    }
  `,
  [ChangedFile],
);

/** Two syncs of the project, by numbers or by IDs, and what differs between the states they left. */
export const load: PageLoad = async (event) => {
  const { searchParams } = event.url;
  const older = syncNamed(searchParams.get('from') ?? '');
  const newer = syncNamed(searchParams.get('to') ?? '');
  const { data } = await loadQuery(event, SidesQuery, {
    slug: event.params.slug,
    fromNumber: older.number,
    fromId: older.id,
    fromNumbered: older.isNumbered,
    toNumber: newer.number,
    toId: newer.id,
    toNumbered: newer.isNumbered,
  });
  const sides = sidesIn(data);
  const { from, to } = sides;
  if (from?.snapshot == null || to?.snapshot == null) return { ...sides, changes: null };
  const compared = await loadQuery(event, CompareQuery, { from: from.id, to: to.id });
  const node = compared.data.node?.__typename === 'ProjectSync' ? compared.data.node : null;
  return { ...sides, changes: node?.snapshot?.changesSince ?? null, operation: compared.operation };
};

/** The two syncs of an answer, and the newest ones to choose from. */
function sidesIn(data: ResultOf<typeof SidesQuery>) {
  const project = projectOf(data.project);
  const found = (node: typeof data.from) => (node?.__typename === 'ProjectSync' ? node : null);
  return {
    from: project.numberedFrom ?? found(data.from),
    to: project.numberedTo ?? found(data.to),
    recent: project.syncs.nodes,
  };
}
