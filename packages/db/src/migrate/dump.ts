import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { MigrationSql } from './connection.ts';
import type { Catalogue, KnownTable } from './reader/catalogue.ts';
import { quoted } from './vector-columns.ts';

/** A dump; `path` is null where there was nothing to dump. */
export interface Dump {
  readonly path: string | null;
  readonly rows: number;
}

/** How many dumps stay in the folder. Each is as large as the database. */
const kept = 3;

/** Rows per fetch. A vector is about 20 kB of text. */
const batch = 500;

/**
 * Writes the rows of every protected table as a script for `psql`, before anything changes. It reads in the migration's
 * own transaction, so it holds exactly the rows the migration starts from. The file gets its final name when complete.
 */
export async function dumpKept(sql: MigrationSql, catalogue: Catalogue, folder: string): Promise<Dump> {
  const filled: KnownTable[] = [];
  for (const table of catalogue.allKept()) {
    const [row] = await sql.query<{ filled: boolean }>(
      `select exists (select from only ${quoted(table.schema, table.name)}) as filled`,
    );
    if (row?.filled === true) filled.push(table);
  }
  if (filled.length === 0) return { path: null, rows: 0 };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `before-migration-${new Date().toISOString().replaceAll(':', '-')}.sql.gz`);
  const counter = { rows: 0 };
  await pipeline(
    Readable.from(lines(sql, filled, counter)),
    createGzip({ level: 1 }),
    createWriteStream(`${path}.partial`, { mode: 0o600 }),
  );
  const file = await open(`${path}.partial`, 'r');
  await file.sync();
  await file.close();
  await rename(`${path}.partial`, path);
  await prune(folder);
  return { path, rows: counter.rows };
}

/** Removes all dumps but the newest, and what a killed run left half written. Their names sort by time. */
async function prune(folder: string): Promise<void> {
  const ours = (await readdir(folder)).filter((name) => name.startsWith('before-migration-'));
  const whole = ours.filter((name) => name.endsWith('.sql.gz')).sort();
  const old = [...whole.slice(0, -kept), ...ours.filter((name) => name.endsWith('.partial'))];
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
}

async function* lines(
  sql: MigrationSql,
  tables: readonly KnownTable[],
  counter: { rows: number },
): AsyncGenerator<string> {
  yield `-- Restore with: gunzip -c FILE | psql DATABASE_URL. Tables must exist and be empty.\nset session_replication_role = replica;\n`;
  for (const table of tables) {
    const name = quoted(table.schema, table.name);
    const columns = await sql.query<{ name: string }>(
      `select attname::text as name from pg_catalog.pg_attribute
        where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
      [name],
    );
    yield `\ncopy ${name} (${columns.map((column) => quoted(column.name)).join(', ')}) from stdin;\n`;
    await sql.script(
      `declare project_sync_dump no scroll cursor for
       select ${columns.map((column) => field(quoted(column.name))).join(` || E'\\t' || `)} as line from only ${name}`,
    );
    for (;;) {
      const rows = await sql.query<{ line: string }>(`fetch ${batch} from project_sync_dump`);
      if (rows.length === 0) break;
      counter.rows += rows.length;
      yield rows.map((row) => `${row.line}\n`).join('');
    }
    await sql.script('close project_sync_dump');
    yield '\\.\n';
  }
}

/** Formats a value for COPY's text format. */
function field(column: string): string {
  const escapes = [
    [`E'\\\\'`, `E'\\\\\\\\'`],
    [`E'\\t'`, `E'\\\\t'`],
    [`E'\\n'`, `E'\\\\n'`],
    [`E'\\r'`, `E'\\\\r'`],
  ];
  const escaped = escapes.reduce(
    (value, [from, to]) => `replace(${value}, ${from}, ${to})`,
    `${column}::text`,
  );
  return `coalesce(${escaped}, E'\\\\N')`;
}
