import type { Database } from '../database/database.ts';
import { readLedger } from './ledger.ts';
import { ownMigrations, readMigrations } from './migration-folder.ts';
import { appliedIn } from './pending.ts';

/**
 * Returns the names of this version's migrations that the database lacks. It only reads the ledger: unlike a dry run it
 * takes no lock, so it answers while a migration runs, and a database that is ahead of this version lacks nothing.
 */
export async function missingMigrations({ system }: Pick<Database, 'system'>): Promise<readonly string[]> {
  const [migrations, ledger] = await Promise.all([readMigrations(ownMigrations), readLedger(system)]);
  const applied = appliedIn(ledger);
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
}
