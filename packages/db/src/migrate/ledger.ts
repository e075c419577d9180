import { randomUUID } from 'node:crypto';
import type { MigrationSql } from './connection.ts';
import { contractsIn } from './contract.ts';
import type { Migration } from './migration-folder.ts';

/** A row of `_prisma_migrations`, which `prisma migrate` reads and writes too. */
export interface LedgerRow extends Record<string, unknown> {
  readonly id: string;
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
  readonly rolled_back: boolean;
  /** The migration without which a program cannot use what this one left; null after one that only added. */
  readonly needs: string | null;
}

/** Prisma's own definition, column by column. Its engine does not check this, but people compare. */
const createLedger = `
create table if not exists _prisma_migrations (
  id                  varchar(36) primary key not null,
  checksum            varchar(64) not null,
  finished_at         timestamptz,
  migration_name      varchar(255) not null,
  logs                text,
  rolled_back_at      timestamptz,
  started_at          timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

/** Returns the recorded migrations; none where no migration ever ran. */
export async function readLedger(sql: MigrationSql): Promise<LedgerRow[]> {
  const [table] = await sql.query<{ exists: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as exists`,
  );
  if (table?.exists !== true) return [];
  return sql.query<LedgerRow>(
    `select id, migration_name, checksum, finished_at is not null as finished, rolled_back_at is not null as rolled_back,
            substring(logs from '^needs (\\S+)$') as needs
       from _prisma_migrations order by started_at, migration_name`,
  );
}

/** Records a migration as applied. An attempt that another tool left unfinished is marked as rolled back first. */
export async function recordMigration(
  sql: MigrationSql,
  migration: Migration,
  startedAt: Date,
): Promise<void> {
  await sql.query(
    `update _prisma_migrations set rolled_back_at = now()
      where migration_name = $1 and finished_at is null and rolled_back_at is null`,
    [migration.name],
  );
  // An older program cannot read this file. The ledger says for it whether it may go on.
  const needs = contractsIn(migration.sql)
    .map(({ since }) => since)
    .sort()
    .at(-1);
  await sql.query(
    `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count, logs)
     values ($1, $2, $3, $4, clock_timestamp(), 1, $5)`,
    [
      randomUUID(),
      migration.checksum,
      migration.name,
      startedAt,
      needs === undefined ? null : `needs ${needs}`,
    ],
  );
}

/** Creates the ledger if it does not exist. */
export async function ensureLedger(sql: MigrationSql): Promise<void> {
  const [table] = await sql.query<{ exists: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as exists`,
  );
  if (table?.exists !== true) await sql.script(createLedger);
}
