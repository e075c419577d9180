import { graphql } from '#lib/graphql/graphql.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';

/** The data of the frame around each page of a project. One fragment, so that a page stays one query. */
export const Shell = graphql(
  `
    fragment Shell on Project @_unmask {
      __typename
      id
      slug
      name
      viewerRole
      repositories(first: 20) {
        nodes {
          __typename
          id
          provider
          url
          name
          defaultBranch
        }
      }
      active: syncs(status: [QUEUED, RUNNING], first: 1) {
        nodes {
          ...SyncRow
        }
      }
    }
  `,
  [SyncRow],
);
