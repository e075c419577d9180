import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { keptTables, unkeptTables } from './kept-tables.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

async function branch(): Promise<{ project: string; repository: string; branch: string }> {
  const [project, repository, id] = [randomUUID(), randomUUID(), randomUUID()];
  await opened.database.transaction(async (sql) => {
    await sql.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [project, `p-${project}`]);
    await sql.execute(
      `INSERT INTO repository (project_id, id, provider, url, name) VALUES ($1, $2, 'GIT', 'https://example.invalid/a', 'a')`,
      [project, repository],
    );
    await sql.execute(
      `INSERT INTO branch (project_id, id, repository_id, name) VALUES ($1, $2, $3, 'main')`,
      [project, id, repository],
    );
  });
  return { project, repository, branch: id };
}

test('ten concurrent inserts leave one active sync of a branch', async () => {
  const at = await branch();
  const started = await Promise.allSettled(
    Array.from({ length: 10 }, () =>
      opened.database.system.execute(
        `INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger) VALUES ($1, $2, $3, $4, 'MANUAL')`,
        [at.project, randomUUID(), at.repository, at.branch],
      ),
    ),
  );
  expect(started.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of started) {
    if (result.status === 'rejected')
      expect(result.reason).toMatchObject({ code: '23505', constraint: 'project_sync_asked' });
  }
});

test('a path of 4,096 bytes can be stored, with only one current row', async () => {
  const at = await branch();
  // Random bytes, which no compression shortens to the size of an index row.
  const path = Buffer.concat(
    Array.from({ length: 256 }, () => Buffer.from(randomUUID().replaceAll('-', ''), 'hex')),
  );
  const insert = `INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added) VALUES ($1, $2, $3, 33188, 'o', 'none', $4)`;
  expect(await opened.database.system.execute(insert, [at.project, at.branch, path, 1])).toBe(1);
  await expect(
    opened.database.system.execute(insert, [at.project, at.branch, path, 2]),
  ).rejects.toMatchObject({
    code: '23505',
  });
});

test('paths are sorted by their bytes', async () => {
  const at = await branch();
  const paths = ['a.ts', 'a/b', 'B', 'é', '\u{1f600}', '\uffee', 'a b', 'A'].map((path) => Buffer.from(path));
  await opened.database.system.execute(
    `INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added)
     SELECT $1, $2, decode(hex, 'hex'), 33188, 'o', 'none', 1 FROM unnest($3::text[]) AS hex`,
    [at.project, at.branch, paths.map((path) => path.toString('hex'))],
  );
  const rows = await opened.database.system.query<{ path: Uint8Array }>(
    'SELECT path FROM repository_file WHERE project_id = $1 ORDER BY substring(path FROM 1 FOR 512), path',
    [at.project],
  );
  expect(rows.map(({ path }) => Buffer.from(path).toString())).toEqual(
    paths.toSorted(Buffer.compare).map((path) => path.toString()),
  );
});

test('each statement is counted once', async () => {
  const before = opened.database.statements();
  await opened.database.system.query('SELECT 1');
  await opened.database.system.execute('SELECT 1');
  expect(opened.database.statements() - before).toBe(2);
});

test('every table is protected by the guard, or names the reason why not', async () => {
  const rows = await opened.database.system.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
  );
  const registered = [...Object.keys(keptTables), ...Object.keys(unkeptTables)];
  expect(registered.toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
});
