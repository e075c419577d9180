import type { SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { Clock } from './clock.ts';

/** The longest wait worth making: an hourly window, plus a few minutes of clock skew. */
const MAX_WAIT = 65 * 60_000;

/**
 * Sends the requests of one account one after another, and none while a rate limit is in force. All sources that use
 * the account share it, so that two syncs respect the same limits.
 *
 * A service may count several budgets separately, for example GraphQL points and REST requests.
 */
export class Limiter {
  readonly #clock: Clock;
  readonly #service: string;
  readonly #closedUntil = new Map<string, number>();
  #allClosedUntil = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Clock, service: string) {
    this.#clock = clock;
    this.#service = service;
  }

  /** Sends nothing of this budget before the given time. */
  close(budget: string, until: number): void {
    this.#closedUntil.set(budget, Math.max(until, this.#closedUntil.get(budget) ?? 0));
  }

  /** Sends nothing at all before the given time. */
  closeAll(until: number): void {
    this.#allClosedUntil = Math.max(until, this.#allClosedUntil);
  }

  async run<T>(budget: string, call: SourceCall, task: () => Promise<T>): Promise<T> {
    for (;;) {
      // Wait outside the queue, so that every waiter is notified and can abort on its own.
      await this.#waitUntilOpen(budget, call);
      const before = this.#last;
      const turn = Promise.withResolvers<void>();
      this.#last = before.then(() => turn.promise);
      try {
        await unlessAborted(before, call.signal);
        if (this.#openAt(budget) <= this.#clock.now()) return await task();
      } finally {
        turn.resolve();
      }
    }
  }

  #openAt(budget: string): number {
    return Math.max(this.#allClosedUntil, this.#closedUntil.get(budget) ?? 0);
  }

  async #waitUntilOpen(budget: string, call: SourceCall): Promise<void> {
    for (;;) {
      const until = this.#openAt(budget);
      const wait = until - this.#clock.now();
      if (wait <= 0) return;
      const time = new Date(until).toISOString().slice(11, 16);
      if (wait > MAX_WAIT) {
        throw new SyncError(
          'RATE_LIMITED',
          `The rate limit of ${this.#service} is used up until ${time} UTC. Start the sync again then.`,
          { retryable: true },
        );
      }
      call.onWait?.({
        message: `The rate limit of ${this.#service} is used up; continuing at ${time} UTC`,
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

/** Returns the limiter of an account: one per service and credential in this process. */
export function limiterOf(account: string, clock: Clock, service: string): Limiter {
  const limiter = limiters.get(account) ?? new Limiter(clock, service);
  limiters.set(account, limiter);
  return limiter;
}
