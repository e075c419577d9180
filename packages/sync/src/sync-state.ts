/** Where a sync can stand. */
export type SyncStatus = 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
/** What it does, in this order. */
export const phases = [
  'PREPARE',
  'SCAN',
  'IMPORT',
  'FINALIZE',
  'ANALYZE',
  'DOCUMENT',
  'CONSOLIDATE',
  'AXIOM',
  'EMBED',
] as const;
export type SyncPhase = (typeof phases)[number];
/** What can happen to it. `lost` is a worker that died: the sync goes on under another one. */
export type SyncHappening = 'claim' | 'lost' | 'complete' | 'fail' | 'cancel';

/** The one table of what may become of a sync. Null means that the happening has no effect in that state. */
export const transitions: Record<SyncStatus, Record<SyncHappening, SyncStatus | null>> = {
  QUEUED: { claim: 'RUNNING', lost: null, complete: null, fail: 'FAILED', cancel: 'CANCELLED' },
  RUNNING: { claim: null, lost: 'QUEUED', complete: 'COMPLETED', fail: 'FAILED', cancel: 'CANCELLED' },
  COMPLETED: { claim: null, lost: null, complete: null, fail: null, cancel: null },
  FAILED: { claim: null, lost: null, complete: null, fail: null, cancel: null },
  CANCELLED: { claim: null, lost: null, complete: null, fail: null, cancel: null },
};

/** Whether nothing more can happen to it. */
export function isTerminal(status: SyncStatus): boolean {
  return Object.values(transitions[status]).every((next) => next === null);
}

/** Whether it still holds its branch. */
export function isActive(status: SyncStatus): boolean {
  return !isTerminal(status);
}
