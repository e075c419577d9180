import type { SyncError } from '../sync-error.ts';
import type { SyncHappening } from '../sync-state.ts';
import type { SyncStats, SyncWarning } from '../sync-stats.ts';
import type { ClaimedSync, SyncStore } from './sync-store.ts';

/** A claimed sync, and the fence that its writes must carry. */
export interface Claim {
  readonly sync: ClaimedSync;
  readonly fence: number;
}

/** The end of a sync, and what its log says about it. */
export interface Ending {
  readonly happening: Extract<SyncHappening, 'complete' | 'fail' | 'cancel'>;
  readonly message: string;
  readonly stats: SyncStats;
  readonly warnings: readonly SyncWarning[];
  readonly failure: Pick<SyncError, 'code' | 'message' | 'retryable'> | null;
}

/** The rows of syncs as one worker sees them: waiting, claimed by it, and ended by it. */
export interface SyncClaims {
  /** Claims the next waiting sync, or the next of a project that has none running; null when none waits. */
  claim(ofIdleProjects?: boolean): Promise<Claim | null>;
  /** The store that writes under a claim, until the signal aborts. */
  store(claim: Claim, signal: AbortSignal): SyncStore;
  /** Renews the lease. `held` is false when another worker has claimed the sync. */
  heartbeat(claim: Claim): Promise<{ held: boolean; cancelled: boolean }>;
  /** Reads the counts that an earlier worker stored. */
  stats(claim: Claim): Promise<SyncStats>;
  /** Shortens the lease, so that a worker can go on with the sync after this many seconds. */
  giveBack(claim: Claim, afterSeconds: number): Promise<void>;
  /** Writes the one terminal event. Returns false when the claim is no longer valid. */
  end(claim: Claim, ending: Ending): Promise<boolean>;
  /** True when another sync of the project was finalized while this one ran. */
  overlapped(claim: Claim): Promise<boolean>;
  /** Returns syncs that wait or have lost their worker, without a job that would wake one. */
  stranded(): Promise<readonly { projectId: string; syncId: string }[]>;
  /** Gives back every sync of this worker at once. */
  releaseAll(): Promise<void>;
  /** Calls back with the id of each sync that should be cancelled. Returns a function that stops it. */
  onCancel(cancelled: (syncId: string) => void): Promise<() => Promise<void>>;
  /** Refreshes the planner's statistics if so large a number of new rows needs them. */
  renewStatistics(rows: number): Promise<void>;
  /** Translates a failure of the storage; null for an error of any other origin. */
  storageFailure(error: unknown): SyncError | null;
}
