import { setTimeout as wait } from 'node:timers/promises';
import { DIMENSION, EmbedderError, padded, type EmbeddedText, type Embedder } from './embedder.ts';
import { estimateTokens } from './split-entry.ts';

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

/** Any server that speaks OpenAI's embeddings API. */
export function openaiEmbedder(options: OpenaiEmbedderOptions): Embedder {
  const { maxBatchTokens = 100_000, concurrency = 4, attempts = 5, timeoutMs = 60_000 } = options;
  const sleep = options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }));

  /** One batch, however many requests it takes: waits when told to, and halves what is refused. */
  async function ask(batch: Batch, signal: AbortSignal): Promise<EmbeddedText[]> {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await request(batch, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof EmbedderError)) throw error;
        if (!error.retryable && batch.texts.length > 1) {
          // One text that cannot be taken would otherwise keep its neighbours from ever being found.
          const half = batch.texts.length >> 1;
          const first = await ask({ from: batch.from, texts: batch.texts.slice(0, half) }, signal);
          return [
            ...first,
            ...(await ask({ from: batch.from + half, texts: batch.texts.slice(half) }, signal)),
          ];
        }
        if (!error.retryable || attempt >= attempts) throw error;
        await sleep(error.retryAfterMs ?? Math.min(500 * 2 ** (attempt - 1), 20_000), signal);
      }
    }
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
          ...(options.model.includes('embedding-3') ? { dimensions: DIMENSION } : {}),
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
      const batches = batchesOf(texts, maxBatchTokens);
      const running: Promise<EmbeddedText[]>[] = [];
      // Abandoned together when one fails, or when whoever reads has had enough.
      const stop = new AbortController();
      const both = AbortSignal.any([signal, stop.signal]);
      try {
        for (const batch of batches) {
          const asked = ask(batch, both);
          asked.catch(() => undefined);
          running.push(asked);
          if (running.length >= concurrency) yield (await running.shift()) ?? [];
        }
        for (const asked of running) yield await asked;
      } finally {
        stop.abort();
      }
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
  const after = Number(response.headers.get('retry-after'));
  const retryAfterMs = Number.isFinite(after) && after > 0 ? after * 1000 : null;
  if (response.status === 429)
    return new EmbedderError('EMBEDDER_LIMITED', "The embedder's limit is used up.", {
      retryable: true,
      retryAfterMs,
    });
  if (response.status >= 500)
    return new EmbedderError('EMBEDDER_UNREACHABLE', `The embedder answers ${response.status}.`, {
      retryable: true,
      retryAfterMs,
    });
  return new EmbedderError(
    'EMBEDDER_REFUSED',
    `The embedder refuses with ${response.status}. Check its key and model.`,
    { retryable: false },
  );
}

/** Reads an answer. A vector at a wrong place would be found for another text, and nobody would ever notice. */
function vectorsOf(body: unknown, from: number, count: number): EmbeddedText[] {
  const invalid = new EmbedderError(
    'EMBEDDER_INVALID_ANSWER',
    'The embedder answered something else than one vector for each text.',
    { retryable: true },
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
