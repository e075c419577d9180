import type { Finding } from './finding.ts';
import type { LedgerRow } from './ledger.ts';
import { hasChecksum, type Migration } from './migration-folder.ts';

/** What is still to be applied, and why the folder and the database cannot be brought together. */
export interface Pending {
  readonly migrations: readonly Migration[];
  readonly refusals: readonly Finding[];
}

/** Compares the folder with what the database records. */
export function pendingOf(folder: readonly Migration[], ledger: readonly LedgerRow[]): Pending {
  const applied = new Map(
    ledger.filter((row) => row.finished && !row.rolled_back).map((row) => [row.migration_name, row]),
  );
  const last = [...applied.keys()].sort().at(-1) ?? '';
  const refusals: Finding[] = [];
  const refuse = (rule: string, migration: string, why: string, safe: string): number =>
    refusals.push({ rule, migration, line: 1, statement: '', why, safe });

  for (const migration of folder) {
    const row = applied.get(migration.name);
    if (row === undefined) {
      if (migration.name < last)
        refuse(
          'out-of-order',
          migration.name,
          `it sorts before ${last}, which is applied already`,
          'Give it a name that sorts last.',
        );
    } else if (!hasChecksum(migration.sql, row.checksum)) {
      refuse(
        'edited',
        migration.name,
        'its text is not the one that was applied',
        'Restore the file as it was and put the change into a new migration.',
      );
    }
  }
  const names = new Set(folder.map((migration) => migration.name));
  for (const name of applied.keys()) {
    if (!names.has(name))
      refuse(
        'newer-database',
        name,
        'the database has it and the folder does not: this database belongs to a newer version',
        'Run the version that has this migration.',
      );
  }
  return { migrations: folder.filter((migration) => !applied.has(migration.name)), refusals };
}
