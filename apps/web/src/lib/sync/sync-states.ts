// Generated from packages/sync/src/sync-state.ts. Do not edit.

/** The phases of a sync, in the order they run. */
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

/** The phases in which something runs today. */
export const runningPhases = ['PREPARE', 'SCAN', 'IMPORT', 'FINALIZE', 'ANALYZE', 'EMBED'] as const;

/** The states of a sync that still occupies its branch. */
export const activeStatuses = ['QUEUED', 'RUNNING'] as const;

/** The states of a sync that has ended. */
export const endedStatuses = ['COMPLETED', 'FAILED', 'CANCELLED'] as const;
