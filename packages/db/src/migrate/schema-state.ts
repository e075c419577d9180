import type { Database } from '../database/database.ts';
import { migrationLock } from './connection.ts';
import { type LedgerRow, readLedger } from './ledger.ts';
import { hasChecksum, type Migration, ownMigrations, readMigrations } from './migration-folder.ts';
import { appliedIn } from './pending.ts';

/** How a database's ledger fits this program's migrations. Only `current` and `newer` can be served. */
export type SchemaState =
  | { readonly kind: 'current' }
  /** A newer program migrated it and left everything that this one uses. */
  | { readonly kind: 'newer'; readonly newer: readonly string[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'older'; readonly missing: readonly string[] }
  /** A newer program took away something that this one uses. */
  | { readonly kind: 'contracted'; readonly by: string; readonly needs: string }
  | { readonly kind: 'edited'; readonly edited: readonly string[] };

/** Compares a program's migrations with a ledger. */
export function schemaStateOf(own: readonly Migration[], ledger: readonly LedgerRow[]): SchemaState {
  const applied = appliedIn(ledger);
  if (applied.size === 0 && own.length > 0) return { kind: 'empty' };
  const names = new Set(own.map(({ name }) => name));
  const newer = [...applied.values()].filter((row) => !names.has(row.migration_name));
  const contracted = newer.find(({ needs }) => needs !== null && !names.has(needs));
  if (contracted !== undefined)
    return { kind: 'contracted', by: contracted.migration_name, needs: contracted.needs ?? '' };
  const missing = own.filter(({ name }) => !applied.has(name));
  if (missing.length > 0) return { kind: 'older', missing: missing.map(({ name }) => name) };
  const edited = own.filter(({ name, sql }) => !hasChecksum(sql, applied.get(name)?.checksum ?? ''));
  if (edited.length > 0) return { kind: 'edited', edited: edited.map(({ name }) => name) };
  return newer.length === 0
    ? { kind: 'current' }
    : { kind: 'newer', newer: newer.map((row) => row.migration_name) };
}

/** Read once: an upgrade in place changes the folder under a process that still runs the old code. */
let own: Promise<readonly Migration[]> | null = null;

/** Reads the state of a database from its ledger, without the migrator's lock: it answers while a migration runs. */
export async function readSchemaState({ system }: Pick<Database, 'system'>): Promise<SchemaState> {
  const [migrations, ledger] = await Promise.all([
    (own ??= readMigrations(ownMigrations)),
    readLedger(system),
  ]);
  return schemaStateOf(migrations, ledger);
}

/** Returns whether a program can serve a database in this state. */
export function isServable({ kind }: SchemaState): boolean {
  return kind === 'current' || kind === 'newer';
}

/** Says the state and its remedy in a sentence or two. */
export function describeSchemaState(state: SchemaState): string {
  switch (state.kind) {
    case 'current':
      return 'The database has the migrations of this version.';
    case 'newer':
      return `A newer version has migrated the database (${state.newer.join(', ')}); this version can serve it.`;
    case 'empty':
      return 'The database has not been migrated. Run project-sync migrate.';
    case 'older':
      return `The database lacks migrations of this version: ${state.missing.join(', ')}. Run project-sync migrate.`;
    case 'contracted':
      return `A newer version has migrated the database, and ${state.by} took away something that this version uses. Run a version that has ${state.needs}.`;
    case 'edited':
      return `The database was migrated with another text of ${state.edited.join(', ')}. Restore the file, and put the change into a new migration.`;
  }
}

/** Returns whether a migration is running on this database now. */
export async function isMigrating({ system }: Pick<Database, 'system'>): Promise<boolean> {
  const [row] = await system.query<{ running: boolean }>(
    `select exists (
       select from pg_locks
        where locktype = 'advisory' and objsubid = 1 and classid = 0 and objid = $1::bigint::oid and granted
          and database = (select oid from pg_database where datname = current_database())) as running`,
    [migrationLock],
  );
  return row?.running === true;
}
