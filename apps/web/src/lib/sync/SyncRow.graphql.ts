import { graphql } from '#lib/graphql/graphql.ts';

/** The fields of a sync that lists, the banner and the watch share. Unmasked: a watched sync is state, not one component's data. */
export const SyncRow = graphql(`
  fragment SyncRow on ProjectSync @_unmask {
    __typename
    id
    number
    branch
    trigger
    status
    phase
    progress
    lastSequence
    commitOid
    commitMessage
    commitAuthor
    queuedAt
    startedAt
    completedAt
    isFirst
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
    requestedBy {
      __typename
      id
      name
    }
  }
`);
