import { graphql } from '#lib/graphql/graphql.ts';
import { SyncRow } from './SyncRow.graphql.ts';

/** The log of one sync, from the event after `after`. */
export const ProgressSubscription = graphql(
  `
    subscription SyncProgress($syncId: ID!, $after: Int!) {
      syncProgress(syncId: $syncId, after: $after) {
        sequence
        at
        status
        phase
        progress
        message
        rate
        secondsLeft
        waitingFor
        waitingUntil
        sync {
          ...SyncRow
          warnings {
            code
            message
            path
          }
        }
      }
    }
  `,
  [SyncRow],
);

/** Reports syncs that start anywhere in the project. */
export const ActivitySubscription = graphql(
  `
    subscription Activity($projectId: ID!) {
      projectActivity(projectId: $projectId) {
        ...SyncRow
      }
    }
  `,
  [SyncRow],
);

/** When the phases of a sync began: a page of its log. */
export const BegunQuery = graphql(`
  query Begun($syncId: ID!, $after: Int!) {
    node(id: $syncId) {
      __typename
      id
      ... on ProjectSync {
        events(after: $after, first: 100) {
          sequence
          phase
          at
        }
      }
    }
  }
`);
