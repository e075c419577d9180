import { graphql } from '#lib/graphql/graphql.ts';
import { SyncRow } from './SyncRow.graphql.ts';

/** Starts a sync, or returns the one that is already active on the branch. */
export const StartSync = graphql(
  `
    mutation StartSync($input: StartSyncInput!) {
      result: startSync(input: $input) {
        __typename
        ... on StartSyncSuccess {
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
