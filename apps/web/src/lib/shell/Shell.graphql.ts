import { graphql } from '#lib/graphql/graphql.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';

/** The data of the frame around each page of a project. */
export const Shell = graphql(
  `
    fragment Shell on Project @_unmask {
      __typename
      id
      slug
      name
      viewerRole
      repositories(first: 100) {
        nodes {
          __typename
          id
          provider
          url
          name
          defaultBranch
        }
      }
      active: syncs(status: [QUEUED, RUNNING], first: 20) {
        totalCount
        nodes {
          ...SyncRow
        }
      }
    }
  `,
  [SyncRow],
);
