const WRITES = /\b(?:insert|update|delete|merge|truncate|copy|alter|drop|do|call|restore)\b/i;
const VECTORS = /\bembedding\b/;

/**
 * Counts the statements that may have changed a vector, by their text. Only where one process owns the database, as embedded,
 * does an unchanged count mean that all vectors are as they were.
 */
export class VectorWrites {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Looks at a statement before it runs. */
  see(text: string): void {
    if (VECTORS.test(text) && WRITES.test(text)) this.#count += 1;
  }
}
