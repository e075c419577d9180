import type { MigrationConnection, MigrationSql } from './connection.ts';
import { recordMigration } from './ledger.ts';
import type { Migration } from './migration-folder.ts';
import { parseScript, text } from './reader/sql-tree.ts';
import { quoted } from './vector-columns.ts';

/**
 * Runs a migration that is one statement with CONCURRENTLY, which PostgreSQL allows only outside a transaction.
 * It changes no row, so no vectors are counted around it. A killed run leaves an invalid index of that name, which
 * IF NOT EXISTS would accept: it is dropped and built again.
 */
export async function runAlone(connection: MigrationConnection, migration: Migration): Promise<void> {
  const startedAt = new Date();
  const [statement] = parseScript(migration.sql);
  const index = text(statement?.body['idxname']);
  await connection.outside(async (sql) => {
    for (const broken of await invalid(sql, index))
      await sql.script(`drop index concurrently if exists ${broken}`);
    await sql.script(migration.sql);
    if ((await invalid(sql, index)).length > 0) throw new Error(`the index ${index} was not built`);
    await recordMigration(sql, migration, startedAt);
  });
}

async function invalid(sql: MigrationSql, index: string): Promise<string[]> {
  const rows = await sql.query<{ schema: string; name: string }>(
    `select n.nspname::text as schema, c.relname::text as name
       from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where not i.indisvalid and c.relname = $1`,
    [index],
  );
  return rows.map((row) => quoted(row.schema, row.name));
}
