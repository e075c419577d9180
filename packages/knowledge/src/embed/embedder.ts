/** The length of every stored vector. */
export const DIMENSION = 1536;

/** A vector and the index of its text. The vector is null where the embedder refuses this text but no other. */
export interface EmbeddedText<Vector = Float32Array | null> {
  readonly index: number;
  readonly vector: Vector;
}

/** Turns texts into vectors of 1,536 numbers. */
export interface Embedder<Vector = Float32Array | null> {
  /** The model's name, stored with each vector: vectors of two models cannot be compared. */
  readonly model: string;
  embed(
    texts: readonly string[],
    options: { signal: AbortSignal; purpose: 'passage' | 'query' },
  ): AsyncGenerator<EmbeddedText<Vector>[]>;
}

/** The ways in which an embedder can fail. */
export type EmbedderErrorCode =
  'EMBEDDER_UNREACHABLE' | 'EMBEDDER_REFUSED' | 'EMBEDDER_LIMITED' | 'EMBEDDER_INVALID_ANSWER';

/** An embedder's failure. It never contains the key. */
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

/** Extends a shorter vector by zeros, which change no angle. Throws for a longer one, or one that is not all numbers. */
export function padded(numbers: readonly number[]): Float32Array {
  if (numbers.length === 0 || numbers.length > DIMENSION || !numbers.every(Number.isFinite)) {
    throw new EmbedderError(
      'EMBEDDER_INVALID_ANSWER',
      `The embedder sent a vector of ${numbers.length} values, of which some may not be numbers; up to ${DIMENSION} numbers can be stored. Choose another model.`,
      { retryable: false, maybeText: true },
    );
  }
  const vector = new Float32Array(DIMENSION);
  vector.set(numbers);
  return vector;
}
