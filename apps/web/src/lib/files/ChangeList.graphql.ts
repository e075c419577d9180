import { graphql, type ResultOf } from '#lib/graphql/graphql.ts';

/** A path that differs between two states. */
export const ChangedFile = graphql(`
  fragment ChangedFile on FileChange @_unmask {
    kind
    path
    previousPath
    additions
    deletions
  }
`);
export type Change = ResultOf<typeof ChangedFile>;

/** A further page of what a sync changed. */
export const ChangesQuery = graphql(
  `
    query Changes($sync: ID!, $after: String) {
      node(id: $sync) {
        __typename
        id
        ... on ProjectSync {
          changes(first: 100, after: $after) {
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
  `,
  [ChangedFile],
);

/** A further page of what differs between two syncs. */
export const DifferencesQuery = graphql(
  `
    query Differences($from: ID!, $to: ID!, $after: String) {
      node(id: $to) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            changesSince(syncId: $from, first: 100, after: $after) {
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
