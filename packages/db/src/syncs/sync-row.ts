import type { ProgressDetail, SyncPhase, SyncStats, SyncStatus, SyncWarning } from '@project-sync/sync';

/** The channel on which somebody who follows syncs is told that rows are there: `<project> <sync>`. */
export const SYNC_CHANNEL = 'project_sync_events';
/** How long a worker may be silent before another one takes its sync, in seconds. */
export const LEASE_SECONDS = 20;

/** One row of a sync's log, as SQL gives it. */
export interface SyncEventRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly sync_id: string;
  readonly sequence: number;
  readonly at: Date;
  readonly status: SyncStatus;
  readonly phase: SyncPhase;
  readonly progress: number;
  readonly message: string;
  readonly stats: SyncStats;
  readonly detail: ProgressDetail;
}

/** What of a sync is kept as JSON. */
export interface SyncJson {
  readonly stats: SyncStats;
  readonly warnings: readonly SyncWarning[];
}
