import { createHash } from 'node:crypto';

const MOST_BUCKETS = 10_000;

/** What stands in a bucket now. */
export interface BudgetState {
  readonly limit: number;
  readonly remaining: number;
  /** When the bucket is full again if nobody takes of it. */
  readonly resetAt: Date;
}

/** Who may ask how often: a bucket that fills again, one for each key or address. */
export class RequestBudget {
  readonly limit: number;
  readonly #perSecond: number;
  readonly #buckets = new Map<string, { left: number; at: number }>();
  readonly #keys = new Set<string>();

  constructor(limit: number, perSecond: number) {
    this.limit = limit;
    this.#perSecond = perSecond;
  }

  /**
   * Whose bucket a request takes of: a key's own, wherever it comes from, once it was found to be one. Until then it is
   * the address's, or whoever makes up a key for each request would have a full bucket each time.
   */
  callerOf(authorization: string | null | undefined, address: string | undefined): string {
    const key = authorization == null ? null : nameOf(authorization);
    return key !== null && this.#keys.has(key) ? key : `address ${address ?? ''}`;
  }

  /** Remembers, unread, what was found to be a key. */
  know(authorization: string): void {
    const key = nameOf(authorization);
    this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size > MOST_BUCKETS) this.#keys.delete(this.#keys.keys().next().value ?? key);
  }

  /** Takes one; gives what is left, or how many seconds to wait. */
  take(who: string, now = Date.now()): { left: number; retryAfter: number | null } {
    const bucket = { left: this.#leftOf(who, now), at: now };
    // The oldest is touched last, so a flood of addresses cannot fill the memory.
    this.#buckets.delete(who);
    this.#buckets.set(who, bucket);
    if (this.#buckets.size > MOST_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value ?? who);
    if (bucket.left < 1) return { left: 0, retryAfter: Math.ceil((1 - bucket.left) / this.#perSecond) };
    bucket.left -= 1;
    return { left: Math.floor(bucket.left), retryAfter: null };
  }

  /** Looks without taking. */
  look(who: string, now = Date.now()): BudgetState {
    const left = this.#leftOf(who, now);
    return {
      limit: this.limit,
      remaining: Math.floor(left),
      resetAt: new Date(now + ((this.limit - left) / this.#perSecond) * 1000),
    };
  }

  #leftOf(who: string, now: number): number {
    const bucket = this.#buckets.get(who);
    if (bucket === undefined) return this.limit;
    return Math.min(this.limit, bucket.left + ((now - bucket.at) / 1000) * this.#perSecond);
  }
}

function nameOf(authorization: string): string {
  return createHash('sha256').update(authorization).digest('base64');
}
