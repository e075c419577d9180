import type { Database } from '../database/database.ts';
import { connectionOf } from './connection.ts';
import { migrate, type MigrateOptions, type MigrationResult } from './migrate.ts';
import { ownMigrations } from './migration-folder.ts';

/** Migrates an open database to this version. Used by the embedded start and by tests. */
export function applyMigrations(
  database: Pick<Database, 'kind' | 'system' | 'transaction'>,
  options: Partial<Omit<MigrateOptions, 'connection'>> = {},
): Promise<MigrationResult> {
  return migrate({ ...options, connection: connectionOf(database), folder: options.folder ?? ownMigrations });
}
