/** The counts of a sync. The API shows them under these names. */
export interface SyncStats {
  filesTotal: number;
  filesAdded: number;
  filesModified: number;
  filesRemoved: number;
  filesRenamed: number;
  filesUnchanged: number;
  filesSkipped: number;
  sourceRequests: number;
  bytesFetched: number;
  blobsFetched: number;
  blobsReused: number;
  entriesCreated: number;
  entriesSuperseded: number;
  embeddingsComputed: number;
  embeddingsReused: number;
  embeddingTokens: number;
  docsGenerated: number;
  docsReused: number;
  modelCalls: number;
  modelTokens: number;
}

/** Returns counts that are all zero. */
export function emptyStats(): SyncStats {
  return {
    filesTotal: 0,
    filesAdded: 0,
    filesModified: 0,
    filesRemoved: 0,
    filesRenamed: 0,
    filesUnchanged: 0,
    filesSkipped: 0,
    sourceRequests: 0,
    bytesFetched: 0,
    blobsFetched: 0,
    blobsReused: 0,
    entriesCreated: 0,
    entriesSuperseded: 0,
    embeddingsComputed: 0,
    embeddingsReused: 0,
    embeddingTokens: 0,
    docsGenerated: 0,
    docsReused: 0,
    modelCalls: 0,
    modelTokens: 0,
  };
}

/** A problem that did not fail the sync. */
export interface SyncWarning {
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
}
