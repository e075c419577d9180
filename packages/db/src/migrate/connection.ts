import type { Database, Sql } from '../database/database.ts';

/** The SQL interface that a migration needs. A script has many statements, which a query cannot send. */
export type MigrationSql = Pick<Sql, 'query' | 'script'>;

/** A database to migrate: one transaction at a time, plus statements that cannot run in a transaction. */
export interface MigrationConnection {
  readonly kind: Database['kind'];
  /** Commits when the work returns, rolls back when it throws. */
  transaction<T>(work: (sql: MigrationSql) => Promise<T>): Promise<T>;
  /** Runs on its own connection outside any transaction, while no other runner migrates. */
  outside<T>(work: (sql: MigrationSql) => Promise<T>): Promise<T>;
}

/**
 * The advisory lock that `prisma migrate` takes too, so that the two never run together.
 * It belongs to a transaction, so it is released however the process ends.
 */
export const migrationLock = 72_707_369;

/** Adapts an open database for migrating. */
export function connectionOf(
  database: Pick<Database, 'kind' | 'system' | 'transaction'>,
): MigrationConnection {
  return {
    kind: database.kind,
    transaction: (work) => database.transaction(work),
    outside: (work) =>
      database.kind === 'embedded'
        ? work(database.system)
        : // The pool gives `system` another connection; this one only holds the lock.
          database.transaction(async (holder) => {
            // As a script: a query's portal would keep its snapshot open, and CONCURRENTLY waits for snapshots.
            await holder.script(`select pg_advisory_xact_lock(${migrationLock})`);
            return work(database.system);
          }),
  };
}
