import { EmbedderError, type EmbeddedText, type Embedder } from './embedder.ts';
import { BatchPace, isLoopback, TextQueue, Turnstile, type Batch } from './openai-embedder-pace.ts';
import { prefixesFor, vectorsName, type GivenPrefixes } from './openai-embedder-prefixes.ts';
import { EmbeddingRequests, TimedOut, TIMEOUT_MS, type RequestOptions } from './openai-embedder-requests.ts';

/** The address of an embedder's server, its model, its prefixes and its limits. */
export interface OpenaiEmbedderOptions extends RequestOptions {
  /** Prefixes in place of those that are known by the model's name. */
  readonly prefixes?: GivenPrefixes;
  readonly maxBatchTokens?: number;
  /** Requests at a time; by default one towards this machine, else four. */
  readonly concurrency?: number;
  readonly attempts?: number;
}

/** How often a single text may time out before it, or the server, is given up. */
const TIMEOUTS_OF_ONE_TEXT = 2;

type Outcome = { readonly batch: Batch } & (
  { readonly vectors: EmbeddedText[] } | { readonly vectors: null; readonly error: Error }
);

/**
 * An embedder behind any server with OpenAI's embeddings API. A text that the server refuses costs no other text its
 * vector: the batch is halved down to it, and it is returned without a vector. The size of a batch follows the time that
 * the last one took.
 */
export function openaiEmbedder(options: OpenaiEmbedderOptions): Embedder {
  const prefixes = prefixesFor(options.model, options.prefixes ?? {});
  const parts: RunParts = {
    options,
    requests: new EmbeddingRequests(options),
    pace: new BatchPace({
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      isLoopback: isLoopback(options.baseUrl),
    }),
    turnstile: isLoopback(options.baseUrl) && options.concurrency === undefined ? new Turnstile() : null,
  };
  return {
    model: vectorsName(options.model, prefixes),
    async *embed(texts, { signal, purpose }): AsyncGenerator<EmbeddedText[]> {
      const stop = new AbortController();
      const prefixed = texts.map((text) => prefixes[purpose] + text);
      const run = new EmbeddingRun(parts, {
        texts: prefixed,
        purpose,
        signal: AbortSignal.any([signal, stop.signal]),
      });
      try {
        yield* run.vectors();
      } finally {
        stop.abort();
      }
    },
  };
}

/** The parts that all runs of one embedder share. */
interface RunParts {
  readonly options: OpenaiEmbedderOptions;
  readonly requests: EmbeddingRequests;
  readonly pace: BatchPace;
  /** Passages of several syncs take turns in it. Questions do not: a user waits for them. */
  readonly turnstile: Turnstile | null;
}

interface Work {
  readonly texts: readonly string[];
  readonly purpose: 'passage' | 'query';
  readonly signal: AbortSignal;
}

/** The embedding of one list of texts. */
class EmbeddingRun {
  readonly #parts: RunParts;
  readonly #work: Work;
  readonly #queue: TextQueue;
  readonly #concurrency: number;
  #failure: Error | null = null;
  #timeoutsOfOneText = 0;
  /** Whether the last text was given up for its time-outs: a second one in a row means that the server is at fault. */
  #gaveUpLast = false;

  constructor(parts: RunParts, work: Work) {
    const { concurrency, maxBatchTokens = 100_000 } = parts.options;
    this.#parts = parts;
    this.#work = work;
    this.#queue = new TextQueue(work.texts, maxBatchTokens);
    this.#concurrency = concurrency ?? (parts.turnstile === null ? 4 : 1);
  }

  /** After a failure no more batches are asked for, but those that are running have been paid for and are returned. */
  async *vectors(): AsyncGenerator<EmbeddedText[]> {
    const running: Promise<Outcome>[] = [];
    for (;;) {
      while (running.length < this.#concurrency) {
        const batch = this.#failure === null ? this.#queue.take(this.#parts.pace.size) : null;
        if (batch === null) break;
        running.push(this.#embed(batch));
      }
      const next = running.shift();
      if (next === undefined) break;
      const vectors = await this.#vectorsOf(await next);
      if (vectors.length > 0) yield vectors;
    }
    if (this.#failure !== null) throw this.#failure;
  }

  /** Sends a batch. It never rejects, since it may be awaited long after it ended. */
  async #embed(batch: Batch): Promise<Outcome> {
    const { turnstile } = this.#parts;
    const send = () => this.#timed(batch);
    try {
      const vectors = await (turnstile === null || this.#work.purpose === 'query'
        ? send()
        : turnstile.run(send));
      return { batch, vectors };
    } catch (error) {
      return { batch, vectors: null, error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  async #timed(batch: Batch): Promise<EmbeddedText[]> {
    const { requests, pace, options } = this.#parts;
    const start = performance.now();
    const { vectors, halved } = await requests.embedBatch(batch, options.attempts ?? 5, this.#work.signal);
    if (!halved) pace.answered(batch.texts.length, performance.now() - start);
    else if (vectors.every(({ vector }) => vector !== null)) pace.tooLarge(batch.texts.length);
    return [...vectors];
  }

  async #vectorsOf(outcome: Outcome): Promise<EmbeddedText[]> {
    const { batch, vectors } = outcome;
    if (vectors !== null) {
      this.#timeoutsOfOneText = 0;
      this.#gaveUpLast = false;
      return vectors;
    }
    if (!(outcome.error instanceof TimedOut) || this.#failure !== null) {
      this.#failure ??= outcome.error;
      return [];
    }
    this.#parts.pace.timedOut(batch.texts.length);
    if (batch.texts.length === 1) this.#timeoutsOfOneText += 1;
    if (this.#timeoutsOfOneText < TIMEOUTS_OF_ONE_TEXT) {
      this.#queue.giveBack(batch);
      return [];
    }
    return this.#giveUp(batch, outcome.error);
  }

  /** Gives up a text that timed out alone. If the server does not embed a harmless one either, the run ends. */
  async #giveUp(batch: Batch, error: EmbedderError): Promise<EmbeddedText[]> {
    this.#timeoutsOfOneText = 0;
    if (this.#gaveUpLast || !(await this.#parts.requests.works(this.#work.signal))) {
      this.#failure = error;
      return [];
    }
    this.#gaveUpLast = true;
    return [{ index: batch.from, vector: null }];
  }
}
