import { graphql } from '#lib/graphql/graphql.ts';
import { SyncRow } from './SyncRow.graphql.ts';

/** Cancels a queued or running sync. */
export const CancelSync = graphql(
  `
    mutation CancelSync($input: CancelSyncInput!) {
      result: cancelSync(input: $input) {
        __typename
        ... on CancelSyncSuccess {
          sync {
            ...SyncRow
          }
        }
        ... on Error {
          code
          message
        }
      }
    }
  `,
  [SyncRow],
);
