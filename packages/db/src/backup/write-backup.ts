import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Database, Sql } from '../database/database.ts';
import { DbError } from '../database/db-error.ts';
import { readLedger } from '../migrate/ledger.ts';
import { appliedIn } from '../migrate/pending.ts';
import { quoted } from '../migrate/vector-columns.ts';
import { type BackupHead, fileHash, FORMAT_VERSION, RowSum, type TableCount } from './backup-format.ts';
import { backupTables, type BackupTable, limitOf, lineOf, orders, settings } from './backup-tables.ts';

/** The extent of a backup, and its file. */
export interface BackupOptions {
  readonly file: string;
  /** The slug of one project; null for everything. */
  readonly project: string | null;
  readonly signal?: AbortSignal | undefined;
}

/** A written backup. */
export interface WrittenBackup {
  readonly bytes: number;
  readonly tables: readonly TableCount[];
}

/** Rows per fetch. */
const ROWS = { wide: 32, binary: 200, other: 1000 } as const;

/**
 * Writes a backup: every row as one snapshot sees it, with counts and hashes, compressed, for its user alone. The file
 * gets its name when it is complete.
 */
export async function writeBackup(database: Database, options: BackupOptions): Promise<WrittenBackup> {
  if (await stat(options.file).catch(() => null))
    throw new DbError(
      'BACKUP_FILE_EXISTS',
      `${options.file} exists already. Name another file, or remove it first.`,
    );
  const partial = `${options.file}.partial`;
  const tables: TableCount[] = [];
  try {
    await database.transaction(async (sql) => {
      await sql.script(`set transaction isolation level repeatable read, read only; ${settings}`);
      await pipeline(
        Readable.from(lines(sql, options, tables)),
        createGzip({ level: 1 }),
        createWriteStream(partial, { flags: 'w', mode: 0o600 }),
        ...(options.signal === undefined ? [] : [{ signal: options.signal }]),
      );
    });
    const written = await open(partial, 'r');
    await written.sync();
    const { size } = await written.stat();
    await written.close();
    await rename(partial, options.file);
    return { bytes: size, tables };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function* lines(sql: Sql, options: BackupOptions, counts: TableCount[]): AsyncGenerator<string> {
  const whole = fileHash();
  const put = (line: string): string => {
    whole.add(line);
    return `${line}\n`;
  };
  const head = await headOf(sql, options.project);
  yield put(JSON.stringify(head));
  for (const table of await backupTables(sql, head.project !== null)) {
    const { name, columns, isBinary } = table;
    yield put(JSON.stringify({ table: name, columns, binary: isBinary }));
    const sum = new RowSum();
    for await (const rows of rowsOf(sql, table, head.project?.id ?? null)) {
      for (const line of rows) sum.add(line);
      yield rows.map(put).join('');
    }
    counts.push({ table: name, rows: sum.rows, hash: sum.hash() });
  }
  yield `${JSON.stringify({ end: 'project-sync-backup', tables: counts, sha256: whole.digest() })}\n`;
}

async function headOf(sql: Sql, slug: string | null): Promise<BackupHead> {
  const migrations = [...appliedIn(await readLedger(sql)).keys()].sort();
  if (migrations.length === 0)
    throw new DbError(
      'MIGRATIONS_PENDING',
      'The database has not been migrated: there is nothing to back up.',
    );
  const head = {
    format: 'project-sync-backup',
    version: FORMAT_VERSION,
    createdAt: new Date().toISOString(),
    migrations,
  } as const;
  if (slug === null) return { ...head, project: null, members: [] };
  const [project] = await sql.query<{ id: string }>(
    'select id from project where slug = $1 and removed_at is null',
    [slug],
  );
  if (project === undefined)
    throw new DbError(
      'PROJECT_UNKNOWN',
      `There is no project ${slug}. Name it by its slug, as the address of its page does.`,
    );
  const members = await sql.query<{ email: string; role: 'OWNER' | 'EDITOR' | 'VIEWER' }>(
    'select u.email, m.role::text as role from project_member m join "user" u on u.id = m.user_id where m.project_id = $1 order by 1',
    [project.id],
  );
  return { ...head, project: { id: project.id, slug }, members };
}

/** Reads a table through a cursor, so that its size does not matter. */
async function* rowsOf(sql: Sql, table: BackupTable, projectId: string | null): AsyncGenerator<string[]> {
  const size = table.isWide ? ROWS.wide : table.isBinary ? ROWS.binary : ROWS.other;
  const order = orders[table.name];
  await sql.query(
    `declare project_sync_backup no scroll cursor for
     select ${lineOf(table)} as line from only ${quoted('public', table.name)}${limitOf(table, projectId !== null)}${order === undefined ? '' : ` order by ${order}`}`,
    projectId === null ? [] : [projectId],
  );
  for (;;) {
    const rows = await sql.query<{ line: string }>(`fetch ${size} from project_sync_backup`);
    if (rows.length === 0) break;
    yield rows.map(({ line }) => line);
  }
  await sql.script('close project_sync_backup');
}
