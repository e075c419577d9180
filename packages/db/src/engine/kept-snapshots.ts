/**
 * Values that a worker keeps of the snapshots it worked at last, by their keys. Together they have a largest size: those that were
 * asked for least lately make room for others.
 */
export class KeptSnapshots<V> {
  readonly #kept = new Map<string, V>();
  readonly #most: number;
  readonly #sizeOf: (value: V) => number;
  #size = 0;

  constructor(most: number, sizeOf: (value: V) => number) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  get(key: string): V | null {
    const found = this.take(key);
    if (found !== null) this.set(key, found);
    return found;
  }

  /** Returns a value that is not kept any more. */
  take(key: string): V | null {
    const found = this.#kept.get(key);
    if (found === undefined) return null;
    this.#size -= this.#sizeOf(found);
    this.#kept.delete(key);
    return found;
  }

  /** Keeps a value, unless it alone is too large. */
  set(key: string, value: V): void {
    this.take(key);
    const size = this.#sizeOf(value);
    if (size > this.#most) return;
    this.#kept.set(key, value);
    this.#size += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#most) return;
      this.take(oldest);
    }
  }
}
