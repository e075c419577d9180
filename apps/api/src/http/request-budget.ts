import { createHash } from 'node:crypto';

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

  constructor(limit: number, perSecond: number) {
    this.limit = limit;
    this.#perSecond = perSecond;
  }

  /** Takes one; gives what is left, or how many seconds to wait. */
  take(who: string, now = Date.now()): { left: number; retryAfter: number | null } {
    const bucket = { left: this.#leftOf(who, now), at: now };
    // The oldest is touched last, so a flood of addresses cannot fill the memory.
    this.#buckets.delete(who);
    this.#buckets.set(who, bucket);
    if (this.#buckets.size > 10_000) this.#buckets.delete(this.#buckets.keys().next().value ?? who);
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

/** The key, unread, or the address: what a budget is counted by. */
export function callerOf(authorization: string | null | undefined, address: string | undefined): string {
  return authorization == null
    ? `address ${address ?? ''}`
    : createHash('sha256').update(authorization).digest('base64');
}
