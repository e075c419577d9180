import type { Finding } from './finding.ts';
import type { LedgerRow } from './ledger.ts';
import { hasChecksum, type Migration } from './migration-folder.ts';

/** The migrations to apply, and the reasons why folder and database do not fit together. */
export interface Pending {
  readonly migrations: readonly Migration[];
  readonly refusals: readonly Finding[];
}

/** Compares the folder with the database's ledger. */
export function pendingOf(folder: readonly Migration[], ledger: readonly LedgerRow[]): Pending {
  const applied = appliedIn(ledger);
  const last = [...applied.keys()].sort().at(-1) ?? '';
  const refusals = folder.flatMap((migration): Finding[] => {
    const { name } = migration;
    const row = applied.get(name);
    if (row === undefined) return name < last ? [outOfOrder(name, last)] : [];
    return hasChecksum(migration.sql, row.checksum) ? [] : [edited(name)];
  });
  const names = new Set(folder.map((migration) => migration.name));
  for (const name of applied.keys()) if (!names.has(name)) refusals.push(newerDatabase(name));
  return { migrations: folder.filter((migration) => !applied.has(migration.name)), refusals };
}

/** Returns the ledger's rows of migrations that were finished and not rolled back. */
export function appliedIn(ledger: readonly LedgerRow[]): ReadonlyMap<string, LedgerRow> {
  return new Map(
    ledger.filter((row) => row.finished && !row.rolled_back).map((row) => [row.migration_name, row]),
  );
}

const about = (migration: string) => ({ migration, line: 1, statement: '' });

const outOfOrder = (name: string, last: string): Finding => ({
  ...about(name),
  rule: 'out-of-order',
  why: `it sorts before ${last}, which is already applied`,
  safe: 'Give it a name that sorts last.',
});

const edited = (name: string): Finding => ({
  ...about(name),
  rule: 'edited',
  why: 'its text differs from the one that was applied',
  safe: 'Restore the file and put the change into a new migration.',
});

const newerDatabase = (name: string): Finding => ({
  ...about(name),
  rule: 'newer-database',
  why: 'the database has it and this version does not: the database belongs to a newer version',
  safe: 'Run the version that has this migration.',
});
