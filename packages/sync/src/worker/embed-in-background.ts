import { embedPassages } from '../phases/embed-passages.ts';
import type { EmbeddingStore } from '../ports/embedding-store.ts';
import { EMBED_QUEUE, type JobQueue, type WorkerLog } from '../ports/job-queue.ts';
import type { PassageEmbedder } from '../ports/passage-embedder.ts';

/** How long a failed embedding waits before it is tried again, in seconds. */
const RETRY_SECONDS = 60;

/** The dependencies of background embedding. */
export interface BackgroundEmbedding {
  readonly jobs: Pick<JobQueue, 'send' | 'work'>;
  readonly store: EmbeddingStore;
  readonly embedder: PassageEmbedder;
  /** The limit of tokens that one job may send, the same as for a sync; null for none. */
  readonly maxTokens: number | null;
  readonly signal: AbortSignal;
  readonly log: WorkerLog;
}

/** Handles the jobs that embed a whole project: after a failed EMBED phase, or under a new model. */
export async function embedInBackground(options: BackgroundEmbedding): Promise<void> {
  const { jobs, signal, log } = options;
  await jobs.work(EMBED_QUEUE, 1, async (data) => {
    const projectId = String(data['projectId']);
    try {
      await embedProject(options, projectId);
    } catch (error) {
      if (signal.aborted) throw error;
      log.error({ project: projectId, error }, 'Passages could not be embedded; the job is retried.');
      await jobs.send(EMBED_QUEUE, { projectId }, { afterSeconds: RETRY_SECONDS });
    }
  });
}

async function embedProject(options: BackgroundEmbedding, projectId: string): Promise<void> {
  const { store, embedder, maxTokens, signal, log } = options;
  const due = await store.due(projectId, null, embedder.model);
  let refused: string[] = [];
  let capped = false;
  const scope = { projectId, after: 0n, notOf: due.notOf };
  for await (const progress of embedPassages({ store, embedder }, scope, { maxTokens, signal })) {
    const { done, all } = progress;
    capped ||= progress.capped;
    refused = progress.refused.map(({ hash }) => hash);
    log.info({ project: projectId, done, all, refused: refused.length }, 'Embedding');
  }
  if (capped) {
    // Another job at once would make the limit meaningless; the next sync or a request for embedding goes on.
    log.info({ project: projectId, maxTokens }, 'The token limit of one embedding job was reached.');
    return;
  }
  await store.putInForce(projectId, embedder.model, refused);
  await store.settle(projectId, due.syncs);
}
