export type { Database, PrismaTransaction, Row, Sql, Tenant, TenantScope } from './database.ts';
export { DbError, type DbErrorCode } from './db-error.ts';
export { openDatabase, type DatabaseOptions } from './open-database.ts';
export { applyMigrations } from './migrate/apply-migrations.ts';
