import {
  activeStatuses,
  endedStatuses,
  statusAfter,
  statusesBefore,
  type SyncHappening,
  type SyncStatus,
} from '@project-sync/sync';

// The conditions on a sync's status, derived from the state table. No statement spells a list of states itself.

const among = (column: string, statuses: readonly SyncStatus[]) =>
  `${column} IN (${statuses.map((status) => `'${status}'`).join(', ')})`;

/** The sync still occupies its branch. */
export const isActiveSql = (column = 'status'): string => among(column, activeStatuses);

/** The sync has ended. */
export const hasEndedSql = (column = 'status'): string => among(column, endedStatuses);

/** The event has an effect in the sync's state. */
export const beforeSql = (happening: SyncHappening, column = 'status'): string =>
  among(column, statusesBefore(happening));

/** The state that an event leads to, as a literal. */
export const afterSql = (happening: SyncHappening): string => `'${statusAfter(happening)}'::sync_status`;

/** The sync waits for a worker. */
export const isWaitingSql = (column = 'status'): string => beforeSql('claim', column);

/** A worker has the sync, or had it when it died. */
export const isRunningSql = (column = 'status'): string => beforeSql('complete', column);
