import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { snapshotTree } from './snapshot-tree.ts';

let opened: TestDatabase;
const [projectId, repositoryId, branchId] = [randomUUID(), randomUUID(), randomUUID()];

beforeAll(async () => {
  opened = await openTestDatabase();
  const { system } = opened.database;
  await system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [projectId, projectId]);
  await system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name) VALUES ($1, $2, 'GIT', 'x', 'r')`,
    [projectId, repositoryId],
  );
  await system.execute(
    `INSERT INTO branch (project_id, id, repository_id, name, head) VALUES ($1, $2, $3, 'main', 2)`,
    [projectId, branchId, repositoryId],
  );
  await add(1, ['a/x', 'a.b/y', 'a-b/z', 'm', 'z', 'Ä', 'lib/b', 'lib/d/e']);
  // The rows of a later sync come last in the table, wherever their paths belong.
  await add(2, ['B', 'b', 'a', 'lib/a', 'lib/c', 'a-b/a']);
  await system.execute('ANALYZE repository_file');
});
afterAll(() => opened.close());

async function add(number: number, paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await opened.database.system.execute(
      `INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added)
       VALUES ($1, $2, convert_to($3, 'UTF8'), 33188, $3, 'none', $4)`,
      [projectId, branchId, path, number],
    );
}
const listed = async (number: number, path: string | null) =>
  (await snapshotTree(opened.database.system, { projectId, branchId, number }, path)).map(
    ({ kind, name }) => `${kind} ${name}`,
  );

test('a folder lists its folders first, then its files, in byte order of their paths, after a sync added some', async () => {
  expect(await listed(2, null)).toEqual([
    ...['a-b', 'a.b', 'a', 'lib'].map((name) => `FOLDER ${name}`),
    ...['B', 'a', 'b', 'm', 'z', 'Ä'].map((name) => `FILE ${name}`),
  ]);
  expect(await listed(2, 'lib')).toEqual(['FOLDER d', 'FILE a', 'FILE b', 'FILE c']);
});

test('an earlier snapshot lists its own children in the same order', async () => {
  expect(await listed(1, null)).toEqual([
    ...['a-b', 'a.b', 'a', 'lib'].map((name) => `FOLDER ${name}`),
    ...['m', 'z', 'Ä'].map((name) => `FILE ${name}`),
  ]);
});
