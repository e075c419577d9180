import { graphql } from '../graphql/graphql.ts';

/** What every listing of syncs shows. */
export const SyncRow = graphql(`
  fragment SyncRow on ProjectSync @_unmask {
    __typename
    id
    branch
    trigger
    status
    phase
    progress
    commitOid
    commitMessage
    queuedAt
    startedAt
    completedAt
    failure {
      code
      message
      retryable
    }
    stats {
      filesTotal
      filesAdded
      filesModified
      filesRemoved
      filesRenamed
      filesSkipped
      sourceRequests
      bytesFetched
      blobsFetched
      blobsReused
      embeddingsComputed
      embeddingsReused
    }
    repository {
      id
      name
    }
  }
`);

/** What the frame around each page of a project needs: one fragment, so that a page stays one query. */
export const Shell = graphql(
  `
    fragment Shell on Project @_unmask {
      __typename
      id
      slug
      name
      viewerRole
      active: syncs(status: [QUEUED, RUNNING], first: 1) {
        nodes {
          ...SyncRow
        }
      }
    }
  `,
  [SyncRow],
);

/** The log of one sync, from the event after `after` on. */
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

/** Tells of syncs that somebody else starts. */
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

/** Starts a sync, or finds the one that is already active. */
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

/** Asks a sync to stop. */
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
