import { setTimeout as wait } from 'node:timers/promises';
import { DIMENSION, EmbedderError, fitted, type EmbeddedText, type EmbedderErrorCode } from './embedder.ts';
import type { Batch } from './openai-embedder-pace.ts';
import { estimateTokens } from '../split/passage.ts';
import { readBounded } from '../write/read-bounded.ts';
import { retryAfter } from './retry-after.ts';

/** Where a server asks for a longer wait than this, the sync ends and a later one asks again. */
const LONGEST_WAIT = 120_000;
/** Halves of a batch get fewer attempts, since the whole batch has had its own; so does a batch with a wrong answer. */
const FEWER_ATTEMPTS = 2;
/** Models that return shorter vectors on request; other servers would refuse the parameter. */
const shortened = /(?:^|\/)text-embedding-3-(?:small|large)$/;
/** Statuses that are about the key, the address or the model, and never about a text. */
const aboutAll: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407]);
/** Statuses by which a server or a proxy before it says that the time was not enough. */
const aboutTime: ReadonlySet<number> = new Set([408, 504, 524]);

/** The largest answer that is read: one vector takes far less, whatever its model, and an answer without end ends here. */
const ANSWER_BYTES = 1 << 20;
const VECTOR_BYTES = 256 << 10;

/** The time limit of one request. */
export const TIMEOUT_MS = 60_000;

/** The address of an embedder's server, its model and the limits of a request. */
export interface RequestOptions {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs?: number;
  /** Waits between attempts; tests pass one that does not. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Receives the length of a vector that was too long to be stored and was cut. */
  readonly onCut?: (length: number) => void;
  /** Receives each request once it is answered or has failed, with retries counted one by one. */
  readonly onRequest?: (request: EmbedderRequest) => void;
}

/** One request to an embedder's server, as metrics count it. */
export interface EmbedderRequest {
  readonly milliseconds: number;
  /** As the server counts them; estimated from the length of the texts where it does not say, 0 where it refused. */
  readonly tokens: number;
  /** Null where it answered. */
  readonly code: EmbedderErrorCode | null;
}

/** The server took too long. The same request would take as long again, so it is never repeated in full. */
export class TimedOut extends EmbedderError {
  constructor(count: number, after: string) {
    super(
      'EMBEDDER_UNREACHABLE',
      `The embedder gave no vectors for ${count === 1 ? 'one text' : `${count} texts`} ${after}. It is too slow or stands still.`,
      { retryable: true },
    );
  }
}

/** The vectors of a batch, and whether they came only after the batch was halved. */
interface Answer {
  readonly vectors: readonly EmbeddedText[];
  readonly halved: boolean;
}

/** Sends batches to an embedder's server. */
export class EmbeddingRequests {
  readonly #options: RequestOptions;
  readonly #sleep: NonNullable<RequestOptions['sleep']>;

  constructor(options: RequestOptions) {
    this.#options = options;
    this.#sleep = options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }));
  }

  /** Embeds a batch. If one of its texts may be at fault, both halves are tried, down to that text. */
  async embedBatch(batch: Batch, attempts: number, signal: AbortSignal): Promise<Answer> {
    const vectors = await this.#retry(batch, attempts, signal);
    if (!(vectors instanceof EmbedderError)) return { vectors, halved: false };
    if (!vectors.maybeText || !(await this.works(signal))) throw vectors;
    const { from, texts } = batch;
    if (texts.length === 1) return { vectors: [{ index: from, vector: null }], halved: true };
    const half = texts.length >> 1;
    const fewer = Math.min(attempts, FEWER_ATTEMPTS);
    const first = await this.embedBatch({ from, texts: texts.slice(0, half) }, fewer, signal);
    const second = await this.embedBatch({ from: from + half, texts: texts.slice(half) }, fewer, signal);
    return { vectors: [...first.vectors, ...second.vectors], halved: true };
  }

  /** Whether the server embeds a harmless text: if it does, a text that it refuses is at fault itself. */
  async works(signal: AbortSignal): Promise<boolean> {
    return !((await this.#retry({ from: 0, texts: ['text'] }, 1, signal)) instanceof EmbedderError);
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
        const allowed =
          error.code === 'EMBEDDER_INVALID_ANSWER' ? Math.min(attempts, FEWER_ATTEMPTS) : attempts;
        const pause = error.retryAfterMs ?? Math.min(500 * 2 ** (attempt - 1), 20_000);
        const isFinal = error instanceof TimedOut || !error.retryable || pause > LONGEST_WAIT;
        if (isFinal || attempt >= allowed) return error;
        await this.#sleep(pause, signal);
      }
    }
  }

  async #request(batch: Batch, signal: AbortSignal): Promise<EmbeddedText[]> {
    const { onRequest } = this.#options;
    const started = performance.now();
    const report = (code: EmbedderErrorCode | null, tokens: number): void =>
      onRequest?.({ milliseconds: performance.now() - started, tokens, code });
    try {
      const { vectors, tokens } = await this.#ask(batch, signal);
      report(null, tokens);
      return vectors;
    } catch (error) {
      if (error instanceof EmbedderError && !signal.aborted) report(error.code, 0);
      throw error;
    }
  }

  async #ask(
    { from, texts }: Batch,
    signal: AbortSignal,
  ): Promise<{ vectors: EmbeddedText[]; tokens: number }> {
    const { baseUrl, apiKey, model, timeoutMs = TIMEOUT_MS, onCut } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
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
        signal: AbortSignal.any([signal, timeout]),
      });
      body = await readBounded(response, ANSWER_BYTES + texts.length * VECTOR_BYTES)
        .then((text) => (text === null ? null : (JSON.parse(text) as unknown)))
        .catch((error: unknown) => {
          // An answer that is no JSON, or too large, is refused below; one that breaks off at the time limit is none.
          if (timeout.aborted) throw error;
          return null;
        });
    } catch {
      if (timeout.aborted) throw new TimedOut(texts.length, `within ${timeoutMs / 1000} seconds`);
      // The cause is left out: it may hold the request, and with it the key.
      throw new EmbedderError(
        'EMBEDDER_UNREACHABLE',
        'The embedder does not answer. Its address is in EMBEDDING_BASE_URL.',
        { retryable: true },
      );
    }
    if (!response.ok) throw refused(response, texts.length);
    return { vectors: vectorsOf(body, { from, count: texts.length, onCut }), tokens: tokensOf(body, texts) };
  }
}

/** The tokens that the server counted, or an estimate of them. */
function tokensOf(body: unknown, texts: readonly string[]): number {
  const usage: unknown = body instanceof Object ? Reflect.get(body, 'usage') : null;
  const counted: unknown = usage instanceof Object ? Reflect.get(usage, 'total_tokens') : null;
  if (typeof counted === 'number' && counted >= 0) return counted;
  return texts.reduce((sum, text) => sum + estimateTokens(text), 0);
}

function refused(response: Response, count: number): EmbedderError {
  const { status } = response;
  const retryAfterMs = retryAfter(response.headers, Date.now());
  if (aboutTime.has(status)) return new TimedOut(count, `and answered ${status}`);
  if (status === 429)
    return new EmbedderError('EMBEDDER_LIMITED', "The embedder's rate limit is used up.", {
      retryable: true,
      retryAfterMs,
    });
  if (status >= 500)
    return new EmbedderError('EMBEDDER_UNREACHABLE', `The embedder answers ${status}.`, {
      retryable: true,
      retryAfterMs,
      maybeText: true,
    });
  return new EmbedderError(
    'EMBEDDER_REFUSED',
    `The embedder refuses with ${status}. Check its key and model.`,
    { retryable: false, maybeText: !aboutAll.has(status) },
  );
}

interface Expected {
  readonly from: number;
  readonly count: number;
  readonly onCut: RequestOptions['onCut'];
}

/**
 * Reads an answer. A vector in the wrong place would be found for another text, which no later check could detect: where
 * some are missing, the indexes of the others are not trusted either.
 */
function vectorsOf(body: unknown, { from, count, onCut }: Expected): EmbeddedText[] {
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
    if (embedding.length > DIMENSION) onCut?.(embedding.length);
    found.set(index, fitted(embedding));
  }
  if (found.size !== count) throw invalid;
  return [...found].sort(([a], [b]) => a - b).map(([index, vector]) => ({ index: from + index, vector }));
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((number) => typeof number === 'number');
