import type { ProgressDetail, SyncPhase, SyncStats, SyncStatus } from '@project-sync/sync';

/** The channel that announces new rows of a sync's log. Its payload is `<project> <sync>`. */
export const SYNC_CHANNEL = 'project_sync_events';
/** How long a worker may be silent before another one can claim its sync, in seconds. */
export const LEASE_SECONDS = 20;

/** One row of a sync's log, as SQL returns it. */
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
