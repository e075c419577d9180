import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { localEmbedder } from '@project-sync/knowledge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { openEmbedded } from '../database/embedded/open-embedded.ts';
import { emptyTemplate } from '../testing/open-test-database.ts';
import {
  insertProject,
  openMemoryWorld,
  openTestDatabase,
  tableCensus,
  type TestDatabase,
} from '../testing/index.ts';
import { fillTables } from '../testing/fill-tables.ts';
import { RowSum } from './backup-format.ts';
import { backupTables, leftOut, orders } from './backup-tables.ts';
import { restoreBackup } from './restore-backup.ts';
import { writeBackup } from './write-backup.ts';

let source: TestDatabase;
let folder: string;
let whole: string;
let one: string;
const EMAIL = 'ada@example.org';

async function insertPerson({ system }: Database, email: string): Promise<string> {
  const id = randomUUID();
  await system.execute(
    `INSERT INTO "user" (id, name, email, updated_at, is_operator) VALUES ($1, 'Ada “Ünal”', $2, now(), true)`,
    [id, email],
  );
  return id;
}

/** Counts and hashes of the tables that a backup holds. */
async function census(database: Database): Promise<Record<string, string>> {
  const tables = Object.entries(await tableCensus(database));
  return Object.fromEntries(tables.filter(([name]) => name !== 'jobs' && !Object.hasOwn(leftOut, name)));
}

beforeAll(async () => {
  source = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'project-sync-backup-'));
  const { database } = source;
  const projectId = await insertProject(database, { slug: 'harbour' });
  const world = await openMemoryWorld(source, localEmbedder(), { projectId });
  const { id, at } = await world.connect();
  at.commit('main', {
    'src/tide.ts': 'export function tide(hour: number): number {\n  return hour % 12;\n}\n',
    'docs/quotes.md': '# A "quoted" title\n\nA tab\there, a backslash \\ and a line.\n',
    'logo.bin': Buffer.from([0, 1, 2, 253, 254, 255]),
  });
  await world.sync(id);
  at.commit('main', { 'src/tide.ts': 'export const tide = 6;\n', 'docs/quotes.md': null });
  await world.sync(id);
  await world.close();
  await world.removeRepositories();
  const userId = await insertPerson(database, EMAIL);
  await database.system.execute(
    `INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'EDITOR')`,
    [projectId, userId],
  );
  await database.system.execute(
    `INSERT INTO api_key (id, owner_id, project_id, name, prefix, hash, scopes)
     VALUES ($1, $2, $3, 'ci', 'psk_1', 'hash', '{READ,SYNC}')`,
    [randomUUID(), userId, projectId],
  );
  await database.system.execute(`UPDATE repository SET token_cipher = '\\x00ff10', operator_access = true`);
  await database.system.execute('UPDATE project SET operator_access = true, model_pages = true');
  // A table that no other line fills has a row too, or its restore would be a restore of nothing.
  await fillTables(database, projectId);
  await insertProject(database, { slug: 'other' });
  whole = join(folder, 'whole.backup');
  one = join(folder, 'one.backup');
  await writeBackup(database, { file: whole, project: null });
  await writeBackup(database, { file: one, project: 'harbour' });
}, 60_000);
afterAll(async () => {
  await source.close();
  await rm(folder, { recursive: true, force: true });
});

test('a backup is for its user alone, and never replaces a file', async () => {
  expect((await stat(whole)).mode & 0o777).toBe(0o600);
  await expect(writeBackup(source.database, { file: whole, project: null })).rejects.toMatchObject({
    code: 'BACKUP_FILE_EXISTS',
  });
  await expect(
    writeBackup(source.database, { file: join(folder, 'none'), project: 'nowhere' }),
  ).rejects.toMatchObject({ code: 'PROJECT_UNKNOWN' });
  await expect(stat(join(folder, 'none.partial'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('all tables are equal after a restore, vectors included, and a second one is refused', async () => {
  await using target = await openTestDatabase();
  const restored = await restoreBackup(target.database, whole);
  expect(restored.tables.find(({ table }) => table === 'embedding')?.rows).toBeGreaterThan(0);
  const expected = await census(source.database);
  expect(Object.entries(expected).filter(([, seen]) => seen.startsWith('0 '))).toEqual([]);
  expect(await census(target.database)).toEqual(expected);
  await expect(restoreBackup(target.database, whole)).rejects.toMatchObject({ code: 'RESTORE_NOT_EMPTY' });
  // New rows get numbers behind those that were restored.
  await target.database.system.execute(
    `INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added)
     SELECT project_id, id, 'new', 33188, 'o', 'none', 1 FROM branch`,
  );
});

test('a cut, altered or foreign file is refused before anything is written', async () => {
  await using target = await openTestDatabase();
  const bytes = await readFile(whole);
  const text = gunzipSync(bytes).toString();
  const lines = text.split('\n');
  const files: Record<string, Uint8Array> = {
    'cut in the middle': bytes.subarray(0, bytes.length >> 1),
    'cut at its end': bytes.subarray(0, bytes.length - 3),
    'without its last line': gzipSync(`${lines.slice(0, -2).join('\n')}\n`),
    'with a changed row': gzipSync(text.replace('Ada “Ünal”', 'Eve “Ünal”')),
    'with a missing row': gzipSync(
      lines
        .toSpliced(
          lines.findIndex((line) => line.startsWith('[')),
          1,
        )
        .join('\n'),
    ),
    'with a flipped byte': Buffer.concat([
      bytes.subarray(0, 900),
      Buffer.from([(bytes[900] ?? 0) ^ 1]),
      bytes.subarray(901),
    ]),
    'of a later format': gzipSync(text.replace('"version":1', '"version":2')),
    'not compressed': Buffer.from(text),
    empty: Buffer.alloc(0),
  };
  const before = await census(target.database);
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    await writeFile(file, content);
    await expect(restoreBackup(target.database, file), name).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
    });
  }
  await expect(restoreBackup(target.database, join(folder, 'absent'))).rejects.toMatchObject({
    code: 'BACKUP_DAMAGED',
    message: expect.stringContaining('ENOENT') as string,
  });
  const newer = join(folder, 'newer');
  await writeFile(newer, resigned(text.replace('"0001_init"', '"0001_init","9999_later"')));
  await expect(restoreBackup(target.database, newer)).rejects.toMatchObject({
    code: 'BACKUP_UNSUITABLE',
    message: expect.stringContaining('9999_later') as string,
  });
  expect(await census(target.database)).toEqual(before);
});

/** A file whose last line fits what was changed before it. */
function resigned(text: string): Uint8Array {
  const lines = text.trimEnd().split('\n');
  const before = lines
    .slice(0, -1)
    .map((line) => `${line}\n`)
    .join('');
  const tail = JSON.parse(lines.at(-1) ?? '') as object;
  const sha256 = createHash('sha256').update(before).digest('hex');
  return gzipSync(`${before}${JSON.stringify({ ...tail, sha256 })}\n`);
}

/** A file with changed rows, whose counts and hashes fit them. */
function forged(text: string, change: (row: string, table: string) => string): Uint8Array {
  const lines = text.trimEnd().split('\n');
  const tables: { table: string; sum: RowSum }[] = [];
  const changed = lines.slice(0, -1).map((line) => {
    const [, table] = /^\{"table":"(\w+)"/.exec(line) ?? [];
    if (table !== undefined) tables.push({ table, sum: new RowSum() });
    const at = tables.at(-1);
    if (at === undefined || !line.startsWith('[')) return line;
    const row = change(line, at.table);
    at.sum.add(row);
    return row;
  });
  const counts = tables.map(({ table, sum }) => ({ table, rows: sum.rows, hash: sum.hash() }));
  const tail = JSON.parse(lines.at(-1) ?? '') as object;
  return resigned([...changed, JSON.stringify({ ...tail, tables: counts })].join('\n'));
}

test('the backup of one project brings no right of the instance it came from, and no row of another project', async () => {
  await using target = await openTestDatabase();
  const { database } = target;
  await insertPerson(database, EMAIL);
  const neighbour = await insertProject(database, { slug: 'neighbour' });
  const text = gunzipSync(await readFile(one)).toString();
  const own = /"project":\{"id":"([^"]+)"/.exec(text)?.[1] ?? '';
  const before = await census(database);
  for (const moved of ['branch', 'passage']) {
    const file = join(folder, `forged-${moved}`);
    const bytes = forged(text, (row, table) => (table === moved ? row.replaceAll(own, neighbour) : row));
    await writeFile(file, bytes);
    await expect(restoreBackup(database, file), moved).rejects.toThrow();
    expect(await census(database), moved).toEqual(before);
  }
  await restoreBackup(database, one);
  expect(
    await database.system.query(
      `SELECT p.operator_access AS project, p.model_pages AS pages, r.operator_access AS repository
         FROM project p JOIN repository r ON r.project_id = p.id`,
    ),
  ).toEqual([{ project: false, pages: false, repository: false }]);
});

test('one project goes into an instance that lacks it, to its members who are known there', async () => {
  await using target = await openTestDatabase();
  const { database } = target;
  const here = await insertPerson(database, EMAIL.toUpperCase());
  const neighbour = await insertProject(database, { slug: 'neighbour' });
  const restored = await restoreBackup(database, one);
  expect(restored.project).toBe('harbour');
  const rowsOf = async ({ system }: Database): Promise<unknown> => {
    const names = [
      'passage',
      'embedding',
      'memory_entry',
      'repository_file',
      'project_sync',
      'sync_event',
      'blob',
    ];
    return Promise.all(
      names.map(async (name) => [
        name,
        await system.query(
          `SELECT md5(string_agg(md5(t::text), ' ' ORDER BY md5(t::text))) AS hash FROM ${name} t JOIN project p ON p.id = project_id WHERE slug = 'harbour'`,
        ),
      ]),
    );
  };
  expect(await rowsOf(database)).toEqual(await rowsOf(source.database));
  expect(await database.system.query(`SELECT user_id, role::text FROM project_member`)).toEqual([
    { user_id: here, role: 'OWNER' },
  ]);
  expect(await database.system.query('SELECT slug FROM project ORDER BY slug')).toEqual([
    { slug: 'harbour' },
    { slug: 'neighbour' },
  ]);
  await expect(restoreBackup(database, one)).rejects.toMatchObject({ code: 'RESTORE_NOT_EMPTY' });
  await expect(restoreBackup(database, whole)).rejects.toMatchObject({ code: 'RESTORE_NOT_EMPTY' });
  expect(await database.system.query('SELECT id FROM project WHERE id = $1', [neighbour])).toHaveLength(1);
});

test('each table is backed up, or its absence has a reason; each that refers to itself has an order', async () => {
  const tables = new Set((await backupTables(source.database.system, false)).map(({ name }) => name));
  const all = await source.database.system.query<{ name: string; own: boolean }>(
    `SELECT c.relname::text AS name, exists (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = c.oid AND confrelid = c.oid) AS own
       FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`,
  );
  expect(all.map(({ name }) => name).sort()).toEqual([...tables, ...Object.keys(leftOut)].sort());
  expect(
    all
      .filter(({ own }) => own)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(Object.keys(orders).sort());
});

test.runIf(process.env['TEST_DATABASE_URL'])(
  'from PostgreSQL into an embedded database that is not migrated yet, and back',
  async () => {
    const embedded = await openEmbedded({ dataDir: null, template: await emptyTemplate() });
    await restoreBackup(embedded, whole);
    expect(await census(embedded)).toEqual(await census(source.database));
    const again = join(folder, 'again.backup');
    await writeBackup(embedded, { file: again, project: null });
    await embedded.close();
    await using target = await openTestDatabase({ migrated: false });
    await restoreBackup(target.database, again);
    expect(await census(target.database)).toEqual(await census(source.database));
  },
  60_000,
);
