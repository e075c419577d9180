import type { SyncErrorCode } from '../sync-error.ts';
import type { SyncPhase } from '../sync-state.ts';
import type { SyncStats } from '../sync-stats.ts';
import type { ClaimedSync } from './sync-store.ts';

/** How a sync ended, once its end is written. */
export interface SyncEnd {
  readonly result: 'completed' | 'failed' | 'cancelled';
  /** Null unless it failed or was cancelled. */
  readonly code: SyncErrorCode | null;
  /** Since its first worker began. */
  readonly milliseconds: number;
  readonly stats: SyncStats;
  readonly warnings: number;
}

/** Follows one phase of a run. */
export interface PhaseWatch {
  /** Runs one step of the phase. */
  step<T>(work: () => Promise<T>): Promise<T>;
  /** Called once, with the error where the phase failed. */
  ended(error?: unknown): void;
}

/** Follows the runs of a worker, for metrics, traces and its log. Nothing that it does may fail a sync. */
export interface SyncObserver {
  /** Runs a claimed sync, as a tracer does. */
  around(sync: ClaimedSync, run: () => Promise<void>): Promise<void>;
  /** A phase begins. */
  phase(sync: ClaimedSync, phase: SyncPhase): PhaseWatch;
  /** A sync has ended, and no worker goes on with it. */
  ended(sync: ClaimedSync, end: SyncEnd): void;
}
