import { setTimeout as delay } from 'node:timers/promises';
import { migrationLock, type MigrationConnection, type MigrationSql } from './connection.ts';
import type { Finding } from './finding.ts';
import { ensureLedger, readLedger, recordMigration } from './ledger.ts';
import { type Migration, readMigrations } from './migration-folder.ts';
import { pendingOf } from './pending.ts';
import { compareCensus, takeCensus, type VectorCount, type VectorLoss } from './vector-census.ts';

/** What a run tells while it works. */
export type MigrationEvent =
  | { readonly kind: 'pending'; readonly migrations: readonly string[] }
  | { readonly kind: 'warning'; readonly warning: Finding }
  | {
      readonly kind: 'counted';
      readonly moment: 'before' | 'after';
      readonly vectors: readonly VectorCount[];
    }
  | { readonly kind: 'applied'; readonly migration: string; readonly milliseconds: number };

/** How a run ended. */
export type MigrationResult =
  | { readonly outcome: 'done'; readonly applied: readonly string[] }
  | { readonly outcome: 'nothing-to-do' }
  | { readonly outcome: 'refused'; readonly refusals: readonly Finding[] }
  | { readonly outcome: 'failed'; readonly message: string; readonly cause?: unknown };

export interface MigrateOptions {
  readonly connection: MigrationConnection;
  readonly folder: string;
  readonly report?: (event: MigrationEvent) => void;
  readonly lockWaitMs?: number;
}

/** Thrown inside the transaction so that it rolls back; caught below and told as a result. */
class MigrationFailure extends Error {
  override readonly name = 'MigrationFailure';
}

/** Brings a database to the state of a folder of migrations, or leaves it as it was. */
export async function migrate(options: MigrateOptions): Promise<MigrationResult> {
  const { connection, report = () => {} } = options;
  const folder = await readMigrations(options.folder);
  try {
    return await connection.transaction(async (sql): Promise<MigrationResult> => {
      await lock(sql, options.lockWaitMs ?? 60_000);
      const { migrations, refusals } = pendingOf(folder, await readLedger(sql));
      if (refusals.length > 0) return { outcome: 'refused', refusals };
      if (migrations.length === 0) return { outcome: 'nothing-to-do' };
      report({ kind: 'pending', migrations: migrations.map((migration) => migration.name) });
      await ensureLedger(sql);
      const before = await takeCensus(sql);
      report({ kind: 'counted', moment: 'before', vectors: before.counts });
      for (const migration of migrations) await apply(sql, migration, report);
      await sql.script('set constraints all immediate');
      const after = await compareCensus(sql, before);
      report({ kind: 'counted', moment: 'after', vectors: after.counts });
      if (after.losses.length > 0) throw new MigrationFailure(lossMessage(after.losses));
      return { outcome: 'done', applied: migrations.map((migration) => migration.name) };
    });
  } catch (error) {
    return {
      outcome: 'failed',
      message: error instanceof Error ? error.message : String(error),
      cause: error,
    };
  }
}

async function apply(
  sql: MigrationSql,
  migration: Migration,
  report: (event: MigrationEvent) => void,
): Promise<void> {
  const startedAt = new Date();
  await sql.script(migration.sql);
  await recordMigration(sql, migration, startedAt);
  report({ kind: 'applied', migration: migration.name, milliseconds: Date.now() - startedAt.getTime() });
}

/** Asks again and again instead of waiting inside PostgreSQL, where a statement timeout would end the wait. */
async function lock(sql: MigrationSql, waitMs: number): Promise<void> {
  for (const until = Date.now() + waitMs; ;) {
    const [row] = await sql.query<{ locked: boolean }>('select pg_try_advisory_xact_lock($1) as locked', [
      migrationLock,
    ]);
    if (row?.locked === true) return;
    if (Date.now() > until) throw new MigrationFailure('another migration is running on this database');
    await delay(200);
  }
}

function lossMessage(losses: readonly VectorLoss[]): string {
  const told = losses.map((loss) => `${loss.lost} of ${loss.column}`).join(', ');
  return `vectors would be lost or changed (${told}): everything was rolled back`;
}
