import { setTimeout as wait } from 'node:timers/promises';
import { DIMENSION, EmbedderError, padded, type EmbeddedText, type Embedder } from './embedder.ts';
import { retryAfter } from './retry-after.ts';
import { estimateTokens } from '../split/passage.ts';

/** How an embedder's server is spoken to. */
export interface OpenaiEmbedderOptions {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  readonly fetch: typeof fetch;
  readonly maxBatchTokens?: number;
  readonly concurrency?: number;
  readonly attempts?: number;
  readonly timeoutMs?: number;
  /** How to wait; handed in so that tests need not. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

interface Batch {
  readonly from: number;
  readonly texts: readonly string[];
}

const LARGEST_BATCH = 256;
/** A server that asks for more patience than this is asked again another day. */
const LONGEST_WAIT = 120_000;
/** A half of a batch that was tried so often already need not be tried as often again. */
const ATTEMPTS_OF_A_HALF = 2;
/** Those whose vectors can be had shorter; any other server would refuse the question. */
const shortened = /(?:^|\/)text-embedding-3-(?:small|large)$/;
/** Answers that are about the key, the address or the model, and never about a text. */
const aboutAll: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407]);

/**
 * Any server that speaks OpenAI's embeddings API. A text that it refuses costs only itself: the batch is halved down to it,
 * and it comes back with no vector.
 */
export function openaiEmbedder(options: OpenaiEmbedderOptions): Embedder {
  const { maxBatchTokens = 100_000, concurrency = 4, timeoutMs = 60_000 } = options;
  const sleep = options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }));

  async function ask(batch: Batch, attempts: number, signal: AbortSignal): Promise<EmbeddedText[]> {
    const error = await tryOften(batch, attempts, signal);
    if (!(error instanceof EmbedderError)) return error;
    if (!error.maybeText || !(await works(signal))) throw error;
    const { from, texts } = batch;
    if (texts.length === 1) return [{ index: from, vector: null }];
    const half = texts.length >> 1;
    const fewer = Math.min(attempts, ATTEMPTS_OF_A_HALF);
    const first = await ask({ from, texts: texts.slice(0, half) }, fewer, signal);
    return [...first, ...(await ask({ from: from + half, texts: texts.slice(half) }, fewer, signal))];
  }

  /** One batch, however many requests it takes: again after a fault, and after a wait where one is told to. */
  async function tryOften(
    batch: Batch,
    attempts: number,
    signal: AbortSignal,
  ): Promise<EmbeddedText[] | EmbedderError> {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await request(batch, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof EmbedderError)) throw error;
        const pause = error.retryAfterMs ?? Math.min(500 * 2 ** (attempt - 1), 20_000);
        if (!error.retryable || attempt >= attempts || pause > LONGEST_WAIT) return error;
        await sleep(pause, signal);
      }
    }
  }

  /** Whether the server takes a text that nobody can refuse: if so, what it does not take is at fault itself. */
  async function works(signal: AbortSignal): Promise<boolean> {
    return !((await tryOften({ from: 0, texts: ['text'] }, 1, signal)) instanceof EmbedderError);
  }

  async function request({ from, texts }: Batch, signal: AbortSignal): Promise<EmbeddedText[]> {
    let response: Response;
    let body: unknown;
    try {
      response = await options.fetch(`${options.baseUrl.replace(/\/+$/, '')}/embeddings`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(options.apiKey === null ? {} : { authorization: `Bearer ${options.apiKey}` }),
        },
        body: JSON.stringify({
          model: options.model,
          input: texts,
          encoding_format: 'float',
          ...(shortened.test(options.model) ? { dimensions: DIMENSION } : {}),
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

  return {
    model: options.model,
    async *embed(texts, { signal }): AsyncGenerator<EmbeddedText[]> {
      const running: Promise<EmbeddedText[]>[] = [];
      const stop = new AbortController();
      const both = AbortSignal.any([signal, stop.signal]);
      let failure: Error | null = null;
      // When one fails nothing more is asked, but what the others bring has its price and is not thrown away.
      const next = (): Promise<EmbeddedText[]> =>
        (running.shift() ?? Promise.resolve([])).catch((error: unknown) => {
          failure ??= error instanceof Error ? error : new Error(String(error));
          return [];
        });
      try {
        for (const batch of batchesOf(texts, maxBatchTokens)) {
          const asked = ask(batch, options.attempts ?? 5, both);
          asked.catch(() => undefined);
          running.push(asked);
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
    return new EmbedderError('EMBEDDER_LIMITED', "The embedder's limit is used up.", {
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

/** Reads an answer. A vector at a wrong place would be found for another text, and nobody would ever notice. */
function vectorsOf(body: unknown, from: number, count: number): EmbeddedText[] {
  const invalid = new EmbedderError(
    'EMBEDDER_INVALID_ANSWER',
    'The embedder answered something else than one vector for each text.',
    { retryable: true, maybeText: true },
  );
  const data: unknown = body instanceof Object ? Reflect.get(body, 'data') : null;
  if (!Array.isArray(data) || data.length !== count) throw invalid;
  const found = new Map<number, Float32Array>();
  for (const item of data) {
    const index: unknown = item instanceof Object ? Reflect.get(item, 'index') : null;
    const embedding: unknown = item instanceof Object ? Reflect.get(item, 'embedding') : null;
    if (
      typeof index !== 'number' ||
      index < 0 ||
      index >= count ||
      !Array.isArray(embedding) ||
      !embedding.every((number) => typeof number === 'number')
    )
      throw invalid;
    found.set(index, padded(embedding));
  }
  if (found.size !== count) throw invalid;
  return [...found].sort(([a], [b]) => a - b).map(([index, vector]) => ({ index: from + index, vector }));
}
