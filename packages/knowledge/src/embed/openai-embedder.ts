import { setTimeout as wait } from 'node:timers/promises';
import { DIMENSION, EmbedderError, padded, type EmbeddedText, type Embedder } from './embedder.ts';
import { retryAfter } from './retry-after.ts';
import { estimateTokens } from '../split/passage.ts';

/** The address of an embedder's server, its model and its limits. */
export interface OpenaiEmbedderOptions {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  readonly fetch: typeof fetch;
  readonly maxBatchTokens?: number;
  readonly concurrency?: number;
  readonly attempts?: number;
  readonly timeoutMs?: number;
  /** Waits between attempts; tests pass one that does not. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

interface Batch {
  readonly from: number;
  readonly texts: readonly string[];
}

const LARGEST_BATCH = 256;
/** Where a server asks for a longer wait than this, the sync ends and a later one asks again. */
const LONGEST_WAIT = 120_000;
/** Halves of a batch get fewer attempts, since the whole batch has had its own. */
const ATTEMPTS_OF_A_HALF = 2;
/** Models that return shorter vectors on request; other servers would refuse the parameter. */
const shortened = /(?:^|\/)text-embedding-3-(?:small|large)$/;
/** Statuses that are about the key, the address or the model, and never about a text. */
const aboutAll: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407]);

/**
 * An embedder behind any server with OpenAI's embeddings API. A text that the server refuses costs no other text its
 * vector: the batch is halved down to it, and it is returned without a vector.
 */
export function openaiEmbedder(options: OpenaiEmbedderOptions): Embedder {
  const requests = new EmbeddingRequests(options);
  const { maxBatchTokens = 100_000, concurrency = 4, attempts = 5 } = options;
  return {
    model: options.model,
    async *embed(texts, { signal }): AsyncGenerator<EmbeddedText[]> {
      const running: Promise<EmbeddedText[]>[] = [];
      const stop = new AbortController();
      const both = AbortSignal.any([signal, stop.signal]);
      let failure: Error | null = null;
      // After a failure no more batches are asked for, but those that are running have been paid for and are returned.
      const next = (): Promise<EmbeddedText[]> =>
        (running.shift() ?? Promise.resolve([])).catch((error: unknown) => {
          failure ??= error instanceof Error ? error : new Error(String(error));
          return [];
        });
      try {
        for (const batch of batchesOf(texts, maxBatchTokens)) {
          const vectors = requests.embedBatch(batch, attempts, both);
          // It is awaited later, and until then a rejection must not count as unhandled.
          vectors.catch(() => undefined);
          running.push(vectors);
          if (running.length >= concurrency) yield await next();
          if (failure !== null) break;
        }
        while (running.length > 0) yield await next();
      } finally {
        stop.abort();
      }
      if (failure !== null) throw failure;
    },
  };
}

class EmbeddingRequests {
  readonly #options: OpenaiEmbedderOptions;
  readonly #sleep: NonNullable<OpenaiEmbedderOptions['sleep']>;

  constructor(options: OpenaiEmbedderOptions) {
    this.#options = options;
    this.#sleep = options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }));
  }

  /** Embeds a batch. If one of its texts may be at fault, both halves are tried, down to that text. */
  async embedBatch(batch: Batch, attempts: number, signal: AbortSignal): Promise<EmbeddedText[]> {
    const error = await this.#retry(batch, attempts, signal);
    if (!(error instanceof EmbedderError)) return error;
    if (!error.maybeText || !(await this.#works(signal))) throw error;
    const { from, texts } = batch;
    if (texts.length === 1) return [{ index: from, vector: null }];
    const half = texts.length >> 1;
    const fewer = Math.min(attempts, ATTEMPTS_OF_A_HALF);
    const first = await this.embedBatch({ from, texts: texts.slice(0, half) }, fewer, signal);
    return [
      ...first,
      ...(await this.embedBatch({ from: from + half, texts: texts.slice(half) }, fewer, signal)),
    ];
  }

  /** Requests a batch until it succeeds, waiting between attempts as long as the server asks. */
  async #retry(batch: Batch, attempts: number, signal: AbortSignal): Promise<EmbeddedText[] | EmbedderError> {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await this.#request(batch, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof EmbedderError)) throw error;
        const pause = error.retryAfterMs ?? Math.min(500 * 2 ** (attempt - 1), 20_000);
        if (!error.retryable || attempt >= attempts || pause > LONGEST_WAIT) return error;
        await this.#sleep(pause, signal);
      }
    }
  }

  /** Whether the server embeds a harmless text: if it does, a text that it refuses is at fault itself. */
  async #works(signal: AbortSignal): Promise<boolean> {
    return !((await this.#retry({ from: 0, texts: ['text'] }, 1, signal)) instanceof EmbedderError);
  }

  async #request({ from, texts }: Batch, signal: AbortSignal): Promise<EmbeddedText[]> {
    const { baseUrl, apiKey, model, timeoutMs = 60_000 } = this.#options;
    let response: Response;
    let body: unknown;
    try {
      response = await this.#options.fetch(`${baseUrl.replace(/\/+$/, '')}/embeddings`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({
          model,
          input: texts,
          encoding_format: 'float',
          ...(shortened.test(model) ? { dimensions: DIMENSION } : {}),
        }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      body = await response.json().catch(() => null);
    } catch {
      // The cause is left out: it may hold the request, and with it the key.
      throw new EmbedderError(
        'EMBEDDER_UNREACHABLE',
        'The embedder does not answer. Its address is in EMBEDDING_BASE_URL.',
        { retryable: true },
      );
    }
    if (!response.ok) throw refused(response);
    return vectorsOf(body, from, texts.length);
  }
}

function* batchesOf(texts: readonly string[], maxTokens: number): Generator<Batch> {
  let from = 0;
  let tokens = 0;
  for (let at = 0; at < texts.length; at += 1) {
    const cost = estimateTokens(texts[at] ?? '');
    if (at > from && (tokens + cost > maxTokens || at - from >= LARGEST_BATCH)) {
      yield { from, texts: texts.slice(from, at) };
      from = at;
      tokens = 0;
    }
    tokens += cost;
  }
  if (from < texts.length) yield { from, texts: texts.slice(from) };
}

function refused(response: Response): EmbedderError {
  const retryAfterMs = retryAfter(response.headers, Date.now());
  if (response.status === 429)
    return new EmbedderError('EMBEDDER_LIMITED', "The embedder's rate limit is used up.", {
      retryable: true,
      retryAfterMs,
    });
  if (response.status >= 500 || response.status === 408)
    return new EmbedderError('EMBEDDER_UNREACHABLE', `The embedder answers ${response.status}.`, {
      retryable: true,
      retryAfterMs,
      maybeText: true,
    });
  return new EmbedderError(
    'EMBEDDER_REFUSED',
    `The embedder refuses with ${response.status}. Check its key and model.`,
    { retryable: false, maybeText: !aboutAll.has(response.status) },
  );
}

/** Reads an answer. A vector in the wrong place would be found for another text, which no later check could detect. */
function vectorsOf(body: unknown, from: number, count: number): EmbeddedText[] {
  const invalid = new EmbedderError(
    'EMBEDDER_INVALID_ANSWER',
    'The embedder did not answer with one vector for each text.',
    { retryable: true, maybeText: true },
  );
  const data: unknown = body instanceof Object ? Reflect.get(body, 'data') : null;
  if (!Array.isArray(data) || data.length !== count) throw invalid;
  const found = new Map<number, Float32Array>();
  for (const item of data) {
    const index: unknown = item instanceof Object ? Reflect.get(item, 'index') : null;
    const embedding: unknown = item instanceof Object ? Reflect.get(item, 'embedding') : null;
    if (typeof index !== 'number' || index < 0 || index >= count || !isNumbers(embedding)) throw invalid;
    found.set(index, padded(embedding));
  }
  if (found.size !== count) throw invalid;
  return [...found].sort(([a], [b]) => a - b).map(([index, vector]) => ({ index: from + index, vector }));
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((number) => typeof number === 'number');
