import type { Database, Sql } from '../database/database.ts';

/** What a migration needs of a database. Scripts hold many statements, so they go by another way than queries. */
export type MigrationSql = Pick<Sql, 'query' | 'script'>;

/** Where migrations run: one transaction at a time, and statements that PostgreSQL refuses inside one. */
export interface MigrationConnection {
  readonly kind: Database['kind'];
  /** Commits when the work returns, rolls back when it throws. */
  transaction<T>(work: (sql: MigrationSql) => Promise<T>): Promise<T>;
  /** On a connection of its own, outside of any transaction, while no other runner migrates. */
  outside<T>(work: (sql: MigrationSql) => Promise<T>): Promise<T>;
}

/**
 * The number that `prisma migrate` locks as well, so that the two never run together.
 * A transaction's lock ends with it, however its process ends.
 */
export const migrationLock = 72_707_369;

/** The opened database as a place to migrate. */
export function connectionOf(
  database: Pick<Database, 'kind' | 'system' | 'transaction'>,
): MigrationConnection {
  return {
    kind: database.kind,
    transaction: (work) => database.transaction(work),
    outside: (work) =>
      database.kind === 'embedded'
        ? work(database.system)
        : // The pool gives `system` another connection; this one only keeps other runners away.
          database.transaction(async (holder) => {
            // As a script: a query's portal would keep its snapshot, which CONCURRENTLY waits for.
            await holder.script(`select pg_advisory_xact_lock(${migrationLock})`);
            return work(database.system);
          }),
  };
}
