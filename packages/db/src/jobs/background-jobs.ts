import { embedPassages, type EmbeddingStore, type PassageEmbedder } from '@project-sync/sync';
import type { Database } from '../database/database.ts';
import type { Jobs } from './open-jobs.ts';
import { purge } from '../removal/purge.ts';
import { SyncsRunning } from '../removal/purge-orphans.ts';
import { REMOVE_QUEUE, type Removal } from '../removal/request-removal.ts';

/** The queue of what is to be embedded outside of a sync. */
export const EMBED_QUEUE = 'embed';

/** How long a failed embedding waits before it is tried again, in seconds. */
const EMBED_AGAIN = 60;
/** How long letting go waits for syncs at work, in seconds. */
const REMOVE_AGAIN = 30;

/** Takes what is done in the background: embedding that was asked for or failed, and what owners removed. */
export async function startBackgroundJobs(options: {
  database: Database;
  jobs: Jobs;
  store: EmbeddingStore;
  embedder: PassageEmbedder;
  signal: AbortSignal;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}): Promise<void> {
  const { database, jobs, store, embedder, signal, log } = options;
  await jobs.work(EMBED_QUEUE, 1, async (data) => {
    const projectId = String(data['projectId']);
    try {
      const due = await store.due(projectId, null, embedder.model);
      let refused: string[] = [];
      for await (const progress of embedPassages(
        store,
        embedder,
        { projectId, after: 0n, notOf: due.notOf },
        { maxTokens: null, signal },
      )) {
        const { done, all } = progress;
        refused = progress.refused.map(({ hash }) => hash);
        log.info({ project: projectId, done, all, refused: refused.length }, 'Embedding');
      }
      await store.putInForce(projectId, embedder.model, refused);
      await store.settle(projectId, due.syncs);
    } catch (error) {
      if (signal.aborted) throw error;
      log.error({ project: projectId, error }, 'Passages could not be embedded; it is tried again.');
      await jobs.send(EMBED_QUEUE, { projectId }, { afterSeconds: EMBED_AGAIN });
    }
  });
  await jobs.work(REMOVE_QUEUE, 1, async (data) => {
    const removal = {
      projectId: String(data['projectId']),
      kind: kindOf(data['kind']),
      id: String(data['id']),
    };
    try {
      await purge(database, removal, signal);
    } catch (error) {
      if (!(error instanceof SyncsRunning)) throw error;
      await jobs.send(REMOVE_QUEUE, { ...removal }, { key: removal.id, afterSeconds: REMOVE_AGAIN });
    }
  });
}

function kindOf(value: unknown): Removal['kind'] {
  if (value === 'project' || value === 'repository' || value === 'branch') return value;
  throw new Error('A removal must say what is removed.');
}
