import { SyncError } from '../sync-error.ts';

const LARGEST = 100;
/** With GitHub down altogether, shrinking on and on would be a storm of its own. */
const FAILURES = 6;

/** How many parts a question has now: half after a failure, twice as many after a success. */
export class AdaptiveBatch {
  #size = LARGEST;
  #failures = 0;

  get size(): number {
    return this.#size;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#size = Math.min(LARGEST, this.#size * 2);
  }

  /** Takes a failure; throws it on where a smaller question would not help. */
  failed(error: unknown, asked: number): void {
    this.#failures += 1;
    const helps = error instanceof SyncError && error.retryable && error.code !== 'RATE_LIMITED';
    if (!helps || asked <= 1 || this.#failures >= FAILURES) throw error;
    this.#size = Math.max(1, Math.floor(asked / 2));
  }
}
