import type { Claim, SyncClaims } from '../ports/sync-claims.ts';
import { SyncError } from '../sync-error.ts';
import type { SyncRun } from '../sync-run.ts';

/**
 * Keeps one claim alive and ends its run when it must end: the lease was lost, a user cancelled, the worker stops, or
 * the run has reported nothing for too long. The reason is the signal's.
 */
export class Watchdog {
  readonly #claims: Pick<SyncClaims, 'heartbeat'>;
  readonly #claim: Claim;
  readonly #stallMs: number;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #released = false;

  constructor(claims: Pick<SyncClaims, 'heartbeat'>, claim: Claim, stallMs: number) {
    this.#claims = claims;
    this.#claim = claim;
    this.#stallMs = stallMs;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** True when the worker stops, so that the sync goes on in another one. */
  get released(): boolean {
    return this.#released;
  }

  watch(run: Pick<SyncRun, 'phase' | 'silentFor'>, beatMs: number): void {
    this.#timer = setInterval(() => void this.#beat(run), beatMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  cancel(): void {
    this.#abort.abort(new SyncError('CANCELLED', 'The sync was cancelled.'));
  }

  release(): void {
    this.#released = true;
    this.#abort.abort(new SyncError('INTERNAL', 'The worker is stopping.'));
  }

  async #beat(run: Pick<SyncRun, 'phase' | 'silentFor'>): Promise<void> {
    if (run.silentFor > this.#stallMs) {
      const seconds = Math.round(this.#stallMs / 1000);
      const message = `${run.phase} made no progress for ${seconds} s and was stopped. Try again.`;
      this.#abort.abort(new SyncError('PHASE_TIMEOUT', message, { retryable: true }));
    }
    // The work itself notices a database that does not answer.
    const beat = await this.#claims.heartbeat(this.#claim).catch(() => null);
    if (beat === null) return;
    if (!beat.held) this.#abort.abort(new SyncError('LEASE_LOST', 'Another worker has claimed this sync.'));
    else if (beat.cancelled) this.cancel();
  }
}
