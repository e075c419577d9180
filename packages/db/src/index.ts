export type { Database, PrismaTransaction, Row, Sql, Tenant, TenantScope } from './database.ts';
export { DbError, type DbErrorCode } from './db-error.ts';
export { openDatabase, type DatabaseOptions } from './open-database.ts';
export { applyMigrations } from './migrate/apply-migrations.ts';
export { openJobs, type Jobs } from './jobs/open-jobs.ts';
export { cancelSync, startSync, SYNC_QUEUE, type StartedSync, type SyncRequest } from './store/start-sync.ts';
export { openSyncHints, syncEvents, type SyncHints } from './store/sync-events.ts';
export type { SyncEventRow } from './store/sync-row.ts';
export { createSyncWorker, type OpenSource, type SyncWorker, type SyncWorkerOptions } from './store/sync-worker.ts';
