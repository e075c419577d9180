import type { Enrichment, SyncRun } from '../sync-run.ts';
import type { ProgressNote } from '../ports/sync-store.ts';

/** A text that lacks a vector. */
export interface OpenPassage {
  readonly hash: string;
  readonly text: string;
  readonly tokens: number;
}

/** A vector of a text. */
export interface PassageVector {
  readonly hash: string;
  readonly vector: Float32Array;
}

/** Who computes vectors: the room of knowledge, as the engine needs it. A text that it refuses comes without a vector. */
export interface PassageEmbedder {
  readonly model: string;
  embed(
    texts: readonly string[],
    options: { signal: AbortSignal; purpose: 'passage' | 'query' },
  ): AsyncGenerator<{ index: number; vector: Float32Array | null }[]>;
}

/** Where vectors are kept. */
export interface EmbeddingStore {
  /** What a sync, and those that ended before their vectors were there, leave to be embedded; the sync takes it over. */
  due(projectId: string, syncId: string | null, model: string): Promise<EmbeddingsDue>;
  /** Passages of the scope without a vector of the model, in pages. */
  open(scope: EmbeddingScope, model: string): AsyncGenerator<readonly OpenPassage[]>;
  /** How many passages the scope has, with a vector or without. */
  count(scope: EmbeddingScope): Promise<number>;
  save(projectId: string, model: string, vectors: readonly PassageVector[]): Promise<void>;
  /** Notes that nothing of these syncs is left to be embedded. */
  settle(projectId: string, syncs: readonly string[]): Promise<void>;
  /** Switches search to this model where none of its vectors is missing, but for the passages that it refuses. */
  putInForce(projectId: string, model: string, refused: readonly string[]): Promise<boolean>;
}

/** What is to be embedded: the passages of a project that came after this one; all of them after 0. */
export interface EmbeddingScope {
  readonly projectId: string;
  readonly after: bigint;
  /** Syncs at work, which embed what they wrote themselves. */
  readonly notOf: readonly string[];
}

/** What is left to be embedded. */
export interface EmbeddingsDue {
  /** Whether search reads this model's vectors already. */
  readonly inForce: boolean;
  /** The sync itself and the ended ones that nobody has settled yet. */
  readonly syncs: readonly string[];
  /** What they brought came after this passage. */
  readonly after: bigint;
  /** Other syncs that are at work now. */
  readonly notOf: readonly string[];
  /** Whether any of it lacks a vector. */
  readonly open: boolean;
}

/** How far an embedding is. */
export interface EmbeddingProgress {
  readonly done: number;
  readonly all: number;
  /** The cap was reached; the rest waits. */
  readonly capped: boolean;
  /** What the embedder takes none of, however often it is asked: it is found by its words alone. */
  readonly refused: readonly OpenPassage[];
}

/** Embeds what lacks a vector, and saves vectors as they come, so that nothing is paid for twice. */
export async function* embedPassages(
  store: EmbeddingStore,
  embedder: PassageEmbedder,
  scope: EmbeddingScope,
  options: { maxTokens: number | null; signal: AbortSignal },
): AsyncGenerator<EmbeddingProgress> {
  const all = await store.count(scope);
  const refused: OpenPassage[] = [];
  let done = 0;
  let left = options.maxTokens ?? Number.POSITIVE_INFINITY;
  for await (const page of store.open(scope, embedder.model)) {
    options.signal.throwIfAborted();
    // A page goes to the embedder whole: it knows best how much to ask at once, and how often.
    const batch: OpenPassage[] = [];
    for (const passage of page) {
      if (passage.tokens > left) break;
      left -= passage.tokens;
      batch.push(passage);
    }
    for await (const vectors of embedder.embed(
      batch.map(({ text }) => text),
      { signal: options.signal, purpose: 'passage' },
    )) {
      const found: PassageVector[] = [];
      for (const { index, vector } of vectors) {
        const passage = batch[index];
        if (passage === undefined) continue;
        if (vector === null) refused.push(passage);
        else found.push({ hash: passage.hash, vector });
      }
      await store.save(scope.projectId, embedder.model, found);
      done += found.length;
      yield { done, all, capped: false, refused };
    }
    if (batch.length < page.length) {
      yield { done, all, capped: true, refused };
      return;
    }
  }
}

/** The EMBED phase: last, so that files and keyword search are there before the first vector. */
export function embedPhase(
  store: EmbeddingStore,
  embedder: PassageEmbedder,
  maxTokens: number | null,
): Enrichment {
  return {
    phase: 'EMBED',
    async *run(run: SyncRun): AsyncGenerator<ProgressNote> {
      const { projectId, id } = run.store.sync;
      const due = await store.due(projectId, id, embedder.model);
      run.stats.embeddingsReused = run.stats.entriesCreated;
      if (due.inForce && !due.open) return store.settle(projectId, due.syncs);
      const scope = { projectId, after: due.after, notOf: due.notOf };
      let complete = true;
      let refused: readonly OpenPassage[] = [];
      const first = run.note('EMBED', 0, 'Embedding what is new');
      await run.store.note(first);
      yield first;
      for await (const progress of embedPassages(store, embedder, scope, {
        maxTokens,
        signal: run.signal,
      })) {
        const { done, all, capped } = progress;
        refused = progress.refused;
        run.stats.embeddingsComputed = done;
        run.stats.embeddingsReused = Math.max(0, run.stats.entriesCreated - done);
        if (capped) {
          complete = false;
          run.warn({
            code: 'EMBEDDING_LIMIT',
            message: `The limit of tokens for one sync is reached after ${done} of ${all} passages; the rest waits for the next one.`,
            path: null,
          });
        }
        const note = run.noteNowAndThen(
          'EMBED',
          all === 0 ? 1 : (done + refused.length) / all,
          `${done} of ${all} passages embedded`,
          { done, total: all },
        );
        if (note === null) continue;
        await run.store.note(note);
        yield note;
      }
      warnOf(run, refused);
      // What else the project keeps, from other syncs or under another model, is embedded once, behind all of them.
      if (!due.inForce)
        run.leavesToEmbed = !(await store.putInForce(projectId, embedder.model, hashes(refused))) && complete;
      if (complete) await store.settle(projectId, due.syncs);
    },
  };
}

/** How many refused passages are told one by one. */
const TOLD = 5;

function warnOf(run: SyncRun, refused: readonly OpenPassage[]): void {
  const warn = (message: string): void =>
    run.warn({ code: 'EMBEDDING_REFUSED', message: `${message} found by words only.`, path: null });
  for (const { hash, text } of refused.slice(0, TOLD)) {
    const start = text.trim().split('\n', 1)[0]?.slice(0, 80) ?? '';
    warn(`The embedder refuses passage ${hash} (“${start}”): it is`);
  }
  if (refused.length > TOLD) warn(`The embedder refuses ${refused.length - TOLD} more passages: they are`);
}

const hashes = (passages: readonly OpenPassage[]): string[] => passages.map(({ hash }) => hash);
