/** The states of a sync. */
export const syncStatuses = ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
export type SyncStatus = (typeof syncStatuses)[number];

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
export type SyncPhase = (typeof phases)[number];

/** The phases in which something runs today. Only these are drawn, and only these have a share of the progress. */
export const runningPhases: readonly SyncPhase[] = [
  'PREPARE',
  'SCAN',
  'IMPORT',
  'FINALIZE',
  'ANALYZE',
  'EMBED',
];

/** The events that can change a sync's state. `lost` is the death of its worker: another worker takes the sync over. */
export type SyncHappening = 'claim' | 'lost' | 'complete' | 'fail' | 'cancel';

/** Every transition there is; null where an event has no effect in a state. */
export const transitions = {
  QUEUED: { claim: 'RUNNING', lost: null, complete: null, fail: null, cancel: 'CANCELLED' },
  RUNNING: { claim: null, lost: 'QUEUED', complete: 'COMPLETED', fail: 'FAILED', cancel: 'CANCELLED' },
  COMPLETED: { claim: null, lost: null, complete: null, fail: null, cancel: null },
  FAILED: { claim: null, lost: null, complete: null, fail: null, cancel: null },
  CANCELLED: { claim: null, lost: null, complete: null, fail: null, cancel: null },
} as const satisfies Record<SyncStatus, Record<SyncHappening, SyncStatus | null>>;

/** True when no event can change the sync any more. */
export function isTerminal(status: SyncStatus): boolean {
  return Object.values(transitions[status]).every((next) => next === null);
}

/** True while the sync occupies its branch. */
export function isActive(status: SyncStatus): boolean {
  return !isTerminal(status);
}

/** The states of a sync that still occupies its branch, and of one that has ended. */
export const activeStatuses: readonly SyncStatus[] = syncStatuses.filter(isActive);
export const endedStatuses: readonly SyncStatus[] = syncStatuses.filter(isTerminal);

/** The states in which an event has an effect: the guard of every UPDATE that writes one. */
export function statusesBefore(happening: SyncHappening): readonly SyncStatus[] {
  return syncStatuses.filter((status) => transitions[status][happening] !== null);
}

/** The one state an event leads to, whatever state it starts from. */
export function statusAfter(happening: SyncHappening): SyncStatus {
  const [before] = statusesBefore(happening);
  const after = before === undefined ? null : transitions[before][happening];
  if (after === null) throw new Error(`No state allows ${happening}.`);
  return after;
}
