import type { Clock } from '../clock.ts';

/** A clock that skips every wait: in tests, hours of rate limiting pass in no time. */
export class VirtualClock implements Clock {
  #now = 1_800_000_000_000;
  slept = 0;

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#now += milliseconds;
    this.slept += milliseconds;
    return Promise.resolve();
  }
}
