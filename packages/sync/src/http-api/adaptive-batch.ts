import { SyncError } from '../sync-error.ts';

const MAX_SIZE = 100;
/** While a service is down altogether, shrinking further would only multiply the requests. */
const MAX_FAILURES = 6;

/** The number of parts in a query: halved after a failure, doubled after a success. */
export class AdaptiveBatch {
  #size = MAX_SIZE;
  #failures = 0;

  get size(): number {
    return this.#size;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#size = Math.min(MAX_SIZE, this.#size * 2);
  }

  /** Records a failure, and rethrows it when a smaller query would not help. */
  failed(error: unknown, asked: number): void {
    this.#failures += 1;
    const helps = error instanceof SyncError && error.retryable && error.code !== 'RATE_LIMITED';
    if (!helps || asked <= 1 || this.#failures >= MAX_FAILURES) throw error;
    this.#size = Math.max(1, Math.floor(asked / 2));
  }
}
