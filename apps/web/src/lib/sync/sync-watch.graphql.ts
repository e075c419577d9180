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
