import type { FakeClock } from './clock.ts';

/** GitHub's two budgets: points for GraphQL, requests for REST. */
export type Resource = 'graphql' | 'core';

/** GitHub's limits; tests lower them. */
export interface Limits {
  readonly graphqlPoints: number;
  readonly restRequests: number;
  /** REST requests per hour without a token; GraphQL requires one. */
  readonly anonymousRequests: number;
  readonly windowMs: number;
  readonly treeEntries: number;
  readonly treeBytes: number;
  readonly compareFiles: number;
  readonly textBytes: number;
}

/** The limits that GitHub documents. */
export const documentedLimits: Limits = {
  graphqlPoints: 5_000,
  restRequests: 5_000,
  anonymousRequests: 60,
  windowMs: 3_600_000,
  treeEntries: 100_000,
  treeBytes: 7_000_000,
  compareFiles: 300,
  textBytes: 512_000,
};

/** The state of one budget of one token. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  readonly resetAt: number;
}

/** Counts the use of every token, and how long it must wait. */
export class RateLimits {
  readonly #limits: Limits;
  readonly #clock: FakeClock;
  readonly #used = new Map<string, { used: number; resetAt: number }>();
  readonly #closed = new Map<string, number>();

  constructor(limits: Limits, clock: FakeClock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  budget(token: string | null, resource: Resource): Budget {
    const state = this.#state(token, resource);
    const limit = this.#limit(token, resource);
    return { limit, remaining: Math.max(0, limit - state.used), used: state.used, resetAt: state.resetAt };
  }

  /** Spends points; false if the budget is too small. Spending the last point closes the window. */
  spend(token: string | null, resource: Resource, points: number): boolean {
    const state = this.#state(token, resource);
    const limit = this.#limit(token, resource);
    if (state.used + points > limit) {
      state.used = limit;
      this.close(token, state.resetAt, resource);
      return false;
    }
    state.used += points;
    if (state.used === limit) this.close(token, state.resetAt, resource);
    return true;
  }

  /** Uses up a budget, as other programs with the same token could. */
  exhaust(token: string | null, resource: Resource): void {
    this.#state(token, resource).used = this.#limit(token, resource);
    this.close(token, this.#state(token, resource).resetAt, resource);
  }

  /** Records that the caller was asked to wait until then: for one resource, or for all. */
  close(token: string | null, until: number, resource: Resource | 'all'): void {
    this.#closed.set(`${token ?? ''} ${resource}`, until);
  }

  isClosed(token: string | null, resource: Resource): boolean {
    const until = Math.max(
      this.#closed.get(`${token ?? ''} ${resource}`) ?? 0,
      this.#closed.get(`${token ?? ''} all`) ?? 0,
    );
    return this.#clock.now() < until;
  }

  #limit(token: string | null, resource: Resource): number {
    if (token === null) return resource === 'core' ? this.#limits.anonymousRequests : 0;
    return resource === 'core' ? this.#limits.restRequests : this.#limits.graphqlPoints;
  }

  #state(token: string | null, resource: Resource): { used: number; resetAt: number } {
    const key = `${token ?? ''} ${resource}`;
    const now = this.#clock.now();
    const kept = this.#used.get(key);
    if (kept !== undefined && now < kept.resetAt) return kept;
    // GitHub reports the reset in whole seconds, so the window ends on one.
    const fresh = { used: 0, resetAt: Math.ceil((now + this.#limits.windowMs) / 1000) * 1000 };
    this.#used.set(key, fresh);
    return fresh;
  }
}
