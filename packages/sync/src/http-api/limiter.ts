import type { SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { Clock } from './clock.ts';

/** GitHub counts GraphQL points and REST requests apart. */
export type Budget = 'graphql' | 'core';

/** The longest wait that is worth it: an hour's window and some minutes of other clocks. */
const LONGEST_WAIT = 65 * 60_000;

/**
 * Lets the requests of one token through one after another, as GitHub asks, and none while a window is closed.
 * Shared by every source that uses the token: two syncs know of each other's limits.
 */
export class Limiter {
  readonly #clock: Clock;
  readonly #closedUntil = new Map<Budget, number>();
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Nothing of this budget is sent before that time. */
  close(budget: Budget, until: number): void {
    this.#closedUntil.set(budget, Math.max(until, this.#closedUntil.get(budget) ?? 0));
  }

  /** A secondary limit shuts everything. */
  closeAll(until: number): void {
    this.close('graphql', until);
    this.close('core', until);
  }

  async run<T>(budget: Budget, call: SourceCall, task: () => Promise<T>): Promise<T> {
    for (;;) {
      // Waited for outside the line, so that everyone in it is told, and may leave, by himself.
      await this.#waitUntilOpen(budget, call);
      const before = this.#last;
      const turn = Promise.withResolvers<void>();
      this.#last = before.then(() => turn.promise);
      try {
        await unlessAborted(before, call.signal);
        if ((this.#closedUntil.get(budget) ?? 0) <= this.#clock.now()) return await task();
      } finally {
        turn.resolve();
      }
    }
  }

  async #waitUntilOpen(budget: Budget, call: SourceCall): Promise<void> {
    for (;;) {
      const until = this.#closedUntil.get(budget) ?? 0;
      const wait = until - this.#clock.now();
      if (wait <= 0) return;
      const time = new Date(until).toISOString().slice(11, 16);
      if (wait > LONGEST_WAIT) {
        throw new SyncError(
          'RATE_LIMITED',
          `GitHub's limit is used up until ${time} UTC. Start the sync again then.`,
          { retryable: true },
        );
      }
      call.onWait?.({
        message: `GitHub's limit is used up, going on at ${time} UTC`,
        until: new Date(until),
      });
      await this.#clock.sleep(wait, call.signal);
    }
  }
}

async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<void>();
  const leave = (): void => aborted.resolve();
  signal.addEventListener('abort', leave, { once: true });
  await Promise.race([promise, aborted.promise]);
  signal.removeEventListener('abort', leave);
  signal.throwIfAborted();
}

const limiters = new Map<string, Limiter>();

/** The limiter of an account: one for each token and server in this process. */
export function limiterOf(account: string, clock: Clock): Limiter {
  const limiter = limiters.get(account) ?? new Limiter(clock);
  limiters.set(account, limiter);
  return limiter;
}
