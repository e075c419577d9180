/** How many numbers every kept vector has. */
export const DIMENSION = 1536;

/** A vector, and which of the texts it belongs to; no vector where the embedder takes others but not this text. */
export interface EmbeddedText<Vector = Float32Array | null> {
  readonly index: number;
  readonly vector: Vector;
}

/** Something that turns texts into vectors of 1,536 numbers. */
export interface Embedder<Vector = Float32Array | null> {
  /** Its name, kept beside each vector: vectors of two models cannot be compared. */
  readonly model: string;
  embed(
    texts: readonly string[],
    options: { signal: AbortSignal; purpose: 'passage' | 'query' },
  ): AsyncGenerator<EmbeddedText<Vector>[]>;
}

/** Every way in which an embedder is known to fail. */
export type EmbedderErrorCode =
  'EMBEDDER_UNREACHABLE' | 'EMBEDDER_REFUSED' | 'EMBEDDER_LIMITED' | 'EMBEDDER_INVALID_ANSWER';

/** An embedder's failure; never with its key. */
export class EmbedderError extends Error {
  readonly code: EmbedderErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /** Whether one of the texts may be at fault, rather than the embedder or its settings. */
  readonly maybeText: boolean;

  constructor(
    code: EmbedderErrorCode,
    message: string,
    options: { retryable: boolean; retryAfterMs?: number | null; maybeText?: boolean },
  ) {
    super(message);
    this.name = 'EmbedderError';
    this.code = code;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.maybeText = options.maybeText ?? false;
  }
}

/** Gives a shorter vector zeros at its end, which change no angle; refuses what is longer or is no vector. */
export function padded(numbers: readonly number[]): Float32Array {
  if (numbers.length === 0 || numbers.length > DIMENSION || !numbers.every(Number.isFinite)) {
    throw new EmbedderError(
      'EMBEDDER_INVALID_ANSWER',
      `The embedder sent ${numbers.length} numbers, or some that are none; up to ${DIMENSION} can be kept. Choose another model.`,
      { retryable: false, maybeText: true },
    );
  }
  const vector = new Float32Array(DIMENSION);
  vector.set(numbers);
  return vector;
}
