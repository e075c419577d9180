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
    const bucket = this.#buckets.get(who) ?? { left: this.limit, at: now };
    bucket.left = Math.min(this.limit, bucket.left + ((now - bucket.at) / 1000) * this.#perSecond);
    bucket.at = now;
    // The oldest is touched last, so a flood of addresses cannot fill the memory.
    this.#buckets.delete(who);
    this.#buckets.set(who, bucket);
    if (this.#buckets.size > 10_000) this.#buckets.delete(this.#buckets.keys().next().value ?? who);
    if (bucket.left < 1) return { left: 0, retryAfter: Math.ceil((1 - bucket.left) / this.#perSecond) };
    bucket.left -= 1;
    return { left: Math.floor(bucket.left), retryAfter: null };
  }
}
