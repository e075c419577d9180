import type { EmbeddingStore, OpenPassage } from '../ports/embedding-store.ts';
import type { PassageEmbedder } from '../ports/passage-embedder.ts';
import type { ProgressNote } from '../ports/progress-note.ts';
import type { Enrichment, SyncRun } from '../sync-run.ts';
import { embedPassages, type EmbeddingProgress } from './embed-passages.ts';

/** Refused passages that get a warning of their own; the rest share one. */
const NAMED_REFUSALS = 5;

/**
 * Makes the EMBED phase. It runs last, so that files and keyword search are there before the first vector. It asks for
 * passages without a vector, not for those the sync touched: a sync also takes over what ended syncs left.
 */
export function embedPhase(
  store: EmbeddingStore,
  embedder: PassageEmbedder,
  maxTokens: number | null,
): Enrichment {
  return {
    phase: 'EMBED',
    async *run(run): AsyncGenerator<ProgressNote> {
      const { projectId, id } = run.store.sync;
      const due = await store.due(projectId, id, embedder.model);
      run.stats.embeddingsReused = run.stats.entriesCreated;
      if (due.inForce && !due.open) return store.settle(projectId, due.syncs);
      yield* run.report('EMBED', 0, 'Embedding new passages');
      let last: EmbeddingProgress | null = null;
      const scope = { projectId, after: due.after, notOf: due.notOf };
      for await (const progress of embedPassages({ store, embedder }, scope, {
        maxTokens,
        signal: run.signal,
      })) {
        last = progress;
        yield* reportProgress(run, progress);
      }
      const refused = last?.refused ?? [];
      const complete = last?.capped !== true;
      warnOfRefused(run, refused);
      // Passages of other syncs, or those that only have another model's vectors, are embedded by one background job.
      if (!due.inForce) {
        const hashes = refused.map(({ hash }) => hash);
        run.leavesToEmbed = !(await store.putInForce(projectId, embedder.model, hashes)) && complete;
      }
      if (complete) await store.settle(projectId, due.syncs);
    },
  };
}

async function* reportProgress(
  run: SyncRun,
  { done, all, tokens, capped, refused }: EmbeddingProgress,
): AsyncGenerator<ProgressNote, void> {
  run.stats.embeddingsComputed = done;
  run.stats.embeddingTokens = tokens;
  run.stats.embeddingsReused = Math.max(0, run.stats.entriesCreated - done);
  if (capped) {
    run.warn({
      code: 'EMBEDDING_LIMIT',
      message: `The token limit for one sync was reached after ${done} of ${all} passages; the next sync embeds the rest.`,
      path: null,
    });
  }
  const share = all === 0 ? 1 : (done + refused.length) / all;
  yield* run.reportThrottled(
    'EMBED',
    share,
    `${done} of ${all} passages of files, pages and insights embedded`,
    { done, total: all },
  );
}

function warnOfRefused(run: SyncRun, refused: readonly OpenPassage[]): void {
  const warn = (message: string): void => run.warn({ code: 'EMBEDDING_REFUSED', message, path: null });
  for (const { hash, text } of refused.slice(0, NAMED_REFUSALS)) {
    const start = text.trim().split('\n', 1)[0]?.slice(0, 80) ?? '';
    warn(`The embedder refuses passage ${hash} (“${start}”). Only keyword search finds it.`);
  }
  const others = refused.length - NAMED_REFUSALS;
  if (others > 0) warn(`The embedder refuses ${others} more passages. Only keyword search finds them.`);
}
