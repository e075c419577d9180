import { emptyStats, type SyncStats as Stats } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';

const counts: Record<keyof Stats, string> = {
  filesTotal: 'The number of files of the snapshot.',
  filesAdded: 'The number of paths the sync added.',
  filesModified: 'The number of paths whose content or mode changed.',
  filesRemoved: 'The number of paths the sync removed.',
  filesRenamed: 'The number of files that moved with their content.',
  filesUnchanged: 'The number of paths that stayed the same.',
  filesSkipped: 'The number of files listed without their content.',
  sourceRequests: 'The number of requests made to the source.',
  bytesFetched: 'The bytes of content received from the source.',
  blobsFetched: 'The number of contents fetched from the source.',
  blobsReused: 'The number of contents that were stored already under the same object ID.',
  entriesCreated: 'The number of memory entries added to the branch.',
  entriesSuperseded: 'The number of memory entries the sync replaced or removed.',
  embeddingsComputed: 'The number of vectors computed by the embedder.',
  embeddingsReused: 'The number of passages whose vector was stored already.',
  embeddingTokens: 'The tokens of the passages whose vectors were computed, as they are estimated before.',
  docsGenerated: 'The number of documents the sync wrote.',
  docsReused: 'The number of generated documents that are still valid.',
  modelCalls: 'The number of calls to the language model.',
  modelTokens: 'The tokens the language model cost.',
};

/** The counters, and the parts of an ID: the sync, or one of its events. */
interface StatsView extends Stats {
  readonly of: readonly (string | number)[];
}

export const SyncStats = builder.objectRef<StatsView>('SyncStats').implement({
  description: 'The counters of a sync: what it read, changed, reused and skipped.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: ({ of }) => rowId('SyncStats', ...of) }),
    filesTotal: t.exposeInt('filesTotal', { description: counts.filesTotal }),
    filesAdded: t.exposeInt('filesAdded', { description: counts.filesAdded }),
    filesModified: t.exposeInt('filesModified', { description: counts.filesModified }),
    filesRemoved: t.exposeInt('filesRemoved', { description: counts.filesRemoved }),
    filesRenamed: t.exposeInt('filesRenamed', { description: counts.filesRenamed }),
    filesUnchanged: t.exposeInt('filesUnchanged', { description: counts.filesUnchanged }),
    filesSkipped: t.exposeInt('filesSkipped', { description: counts.filesSkipped }),
    sourceRequests: t.exposeInt('sourceRequests', { description: counts.sourceRequests }),
    bytesFetched: t.exposeFloat('bytesFetched', { description: counts.bytesFetched }),
    blobsFetched: t.exposeInt('blobsFetched', { description: counts.blobsFetched }),
    blobsReused: t.exposeInt('blobsReused', { description: counts.blobsReused }),
    entriesCreated: t.exposeInt('entriesCreated', { description: counts.entriesCreated }),
    entriesSuperseded: t.exposeInt('entriesSuperseded', { description: counts.entriesSuperseded }),
    embeddingsComputed: t.exposeInt('embeddingsComputed', { description: counts.embeddingsComputed }),
    embeddingsReused: t.exposeInt('embeddingsReused', { description: counts.embeddingsReused }),
    embeddingTokens: t.exposeInt('embeddingTokens', { description: counts.embeddingTokens }),
    docsGenerated: t.exposeInt('docsGenerated', { description: counts.docsGenerated }),
    docsReused: t.exposeInt('docsReused', { description: counts.docsReused }),
    modelCalls: t.exposeInt('modelCalls', { description: counts.modelCalls }),
    modelTokens: t.exposeInt('modelTokens', { description: counts.modelTokens }),
  }),
});

/** The counters of a stored row; a counter that an older version did not know is 0. */
export function statsOf(stats: unknown, of: readonly (string | number)[]): StatsView {
  return { ...emptyStats(), ...(stats instanceof Object ? stats : {}), of };
}
