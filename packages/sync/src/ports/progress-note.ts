import type { SyncPhase } from '../sync-state.ts';
import type { SyncStats } from '../sync-stats.ts';

/** Figures that go with a progress message. */
export interface ProgressDetail {
  /** Items done, items in total, and items per second. */
  readonly done?: number;
  readonly total?: number;
  readonly rate?: number;
  /** An estimate, once there is one. */
  readonly secondsLeft?: number;
  /** The reason for a pause, and its end where known. */
  readonly waitingFor?: string;
  readonly waitingUntil?: string | null;
}

/** One progress report, stored together with the work it speaks of. */
export interface ProgressNote {
  readonly phase: SyncPhase;
  readonly progress: number;
  readonly message: string;
  readonly stats: SyncStats;
  readonly detail: ProgressDetail;
}
