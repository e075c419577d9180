import { createHash } from 'node:crypto';
import { networkOfClient } from './client-address.ts';

const MOST_BUCKETS = 10_000;

/** The current state of a bucket. */
export interface BudgetState {
  readonly limit: number;
  readonly remaining: number;
  /** When the bucket is full again if no more is taken. */
  readonly resetAt: Date;
}

/** The key or session that a request carries, as text; null if it carries neither. */
export function credentialOf({
  authorization,
  cookie,
}: {
  readonly authorization?: string | null | undefined;
  readonly cookie?: string | null | undefined;
}): string | null {
  if (authorization != null) return authorization;
  return (
    /(?:^|;\s*)((?:__Host-project_sync|project_sync\.session_token)=[^;]+)/.exec(cookie ?? '')?.[1] ?? null
  );
}

/** A rate limit: one refilling bucket for each key, session or address. */
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
   * Returns the bucket of a request: that of its key or session, from any address, once that is known to be valid. Until
   * then it is the address's, since a client that invents a key for each request would get a full bucket each time.
   */
  callerOf(credential: string | null | undefined, address: string | undefined): string {
    const key = credential == null ? null : nameOf(credential);
    return key !== null && this.#keys.has(key) ? key : `address ${networkOfClient(address ?? '')}`;
  }

  /** Remembers the hash of a valid key or session. */
  know(credential: string): void {
    const key = nameOf(credential);
    this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size > MOST_BUCKETS) this.#keys.delete(this.#keys.keys().next().value ?? key);
  }

  /** Takes one request. Returns the rest, or the seconds to wait. */
  take(caller: string, now = Date.now()): { left: number; retryAfter: number | null } {
    const bucket = { left: this.#leftOf(caller, now), at: now };
    // The bucket unused for the longest time is dropped, so a flood of addresses cannot fill the memory.
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    if (this.#buckets.size > MOST_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value ?? caller);
    if (bucket.left < 1) return { left: 0, retryAfter: Math.ceil((1 - bucket.left) / this.#perSecond) };
    bucket.left -= 1;
    return { left: Math.floor(bucket.left), retryAfter: null };
  }

  /**
   * Takes more for the work of an accepted request. It may leave a debt of one full budget, which refills first. False
   * once the debt is that large: what goes on by itself, such as a stream, must then end.
   */
  charge(caller: string, units: number, now = Date.now()): boolean {
    if (units <= 0) return true;
    const left = Math.max(this.#leftOf(caller, now) - units, -this.limit);
    this.#buckets.set(caller, { left, at: now });
    return left > -this.limit;
  }

  /** Returns the state without taking a request. */
  look(caller: string, now = Date.now()): BudgetState {
    const left = this.#leftOf(caller, now);
    return {
      limit: this.limit,
      remaining: Math.max(Math.floor(left), 0),
      resetAt: new Date(now + ((this.limit - left) / this.#perSecond) * 1000),
    };
  }

  #leftOf(caller: string, now: number): number {
    const bucket = this.#buckets.get(caller);
    if (bucket === undefined) return this.limit;
    return Math.min(this.limit, bucket.left + ((now - bucket.at) / 1000) * this.#perSecond);
  }
}

function nameOf(credential: string): string {
  return createHash('sha256').update(credential).digest('base64');
}
