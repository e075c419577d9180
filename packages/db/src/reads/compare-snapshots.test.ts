import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../database/database.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { parsePath } from '@project-sync/sync';
import { countVersions, fileVersions } from './file-versions.ts';
import { compareSnapshots, snapshotPaths } from './compare-snapshots.ts';
import type { SnapshotKey } from './snapshot-file.ts';
import { snapshotTree } from './snapshot-tree.ts';
import { countChanges, syncChanges } from './sync-changes.ts';

let opened: TestDatabase;
const [projectId, repositoryId, main, other] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const at = (number: number, branchId = main): SnapshotKey => ({ projectId, branchId, number });
const reads = {
  inProject: <T>(_projectId: string, read: (sql: Sql) => Promise<T>) => read(opened.database.system),
};

type Line = [
  branch: string,
  path: string,
  oid: string,
  added: number,
  superseded: number | null,
  mode?: number,
  from?: string,
];

beforeAll(async () => {
  opened = await openTestDatabase();
  const { system } = opened.database;
  await system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [projectId, projectId]);
  await system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name) VALUES ($1, $2, 'GIT', 'x', 'r')`,
    [projectId, repositoryId],
  );
  for (const [id, name, head] of [
    [main, 'main', 3],
    [other, 'other', 1],
  ])
    await system.execute(
      'INSERT INTO branch (project_id, id, repository_id, name, head) VALUES ($1, $2, $3, $4, $5)',
      [projectId, id, repositoryId, name, head],
    );
  const lines: Line[] = [
    [main, 'a', 'a1', 1, null],
    [main, 'a.b', 'b1', 1, 2],
    [main, 'a.b', 'b2', 2, null],
    [main, 'a/x', 'x1', 1, 3],
    [main, 'a/y', 'x1', 3, null, 0o100644, 'a/x'],
    [main, 'flips', 'f1', 1, 2],
    [main, 'flips', 'f2', 2, 3],
    [main, 'flips', 'f1', 3, null],
    [main, 'gone', 'g1', 1, 2],
    [main, 'mode', 'm1', 1, 2],
    [main, 'mode', 'm1', 2, null, 0o100755],
    [main, 'new', 'n1', 3, null],
    [main, 'same', 's1', 1, 2],
    [main, 'same', 's1', 2, null],
    [main, 'unfinished', 'u1', 4, null],
    [other, 'a', 'a1', 1, null],
    [other, 'own', 'o1', 1, null],
  ];
  for (const [branch, path, oid, added, superseded, mode = 0o100644, from = null] of lines)
    await system.execute(
      `INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added, superseded, renamed_from)
       VALUES ($1, $2, convert_to($3, 'UTF8'), $4, $5, 'none', $6, $7, convert_to($8, 'UTF8'))`,
      [projectId, branch, path, mode, oid, added, superseded, from],
    );
});
afterAll(() => opened.close());

async function compared(
  older: SnapshotKey,
  newer: SnapshotKey,
  page = { after: null as string | null, first: 100 },
) {
  const { changes, total } = await compareSnapshots(reads, { older, newer }, page);
  return { lines: changes.map(({ kind, path }) => `${kind} ${path}`), total: await total() };
}

test('two snapshots of a branch differ by paths that changed in between, not by paths that changed back', async () => {
  expect(await compared(at(1), at(3))).toEqual({
    lines: ['MODIFIED a.b', 'REMOVED a/x', 'ADDED a/y', 'REMOVED gone', 'MODIFIED mode', 'ADDED new'],
    total: 6,
  });
  expect(await compared(at(3), at(3))).toEqual({ lines: [], total: 0 });
});

test('against the empty state before the first sync, every path is added', async () => {
  const { lines, total } = await compared(at(0), at(1));
  expect(lines).toEqual(['a', 'a.b', 'a/x', 'flips', 'gone', 'mode', 'same'].map((path) => `ADDED ${path}`));
  expect(total).toBe(7);
});

test('the reverse comparison swaps added and removed, and the contents', async () => {
  const { changes, total } = await compareSnapshots(
    reads,
    { older: at(3), newer: at(1) },
    { after: null, first: 100 },
  );
  expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'MODIFIED a.b',
    'ADDED a/x',
    'REMOVED a/y',
    'ADDED gone',
    'MODIFIED mode',
    'REMOVED new',
  ]);
  expect(changes[0]).toMatchObject({ oid: 'b1', previousOid: 'b2' });
  expect(await total()).toBe(6);
});

test('two branches are compared by path and content, though they share no rows', async () => {
  const { lines, total } = await compared(at(1, other), at(3));
  expect(lines).toEqual([
    'ADDED a.b',
    'ADDED a/y',
    'ADDED flips',
    'ADDED mode',
    'ADDED new',
    'REMOVED own',
    'ADDED same',
  ]);
  expect(total).toBe(7);
  expect((await compared(at(1, other), at(3), { after: 'zzz', first: 5 })).total).toBe(7);
});

test('pages of any size give every difference once, in byte order', async () => {
  const whole = (await compared(at(1), at(3))).lines;
  for (const first of [1, 2, 4]) {
    const lines: string[] = [];
    for (let after: string | null = null; ;) {
      const page: string[] = (await compared(at(1), at(3), { after, first })).lines;
      lines.push(...page);
      if (page.length < first) break;
      after = page.at(-1)?.replace(/^\w+ /, '') ?? null;
    }
    expect(lines).toEqual(whole);
  }
});

test('the changes of one sync show a rename as one change, with its previous path', async () => {
  const page = { kinds: null, after: null, first: 100 };
  const changes = await syncChanges(opened.database.system, at(3), page);
  expect(changes.map(({ kind, path, previousPath }) => [kind, path, previousPath])).toEqual([
    ['RENAMED', 'a/y', 'a/x'],
    ['MODIFIED', 'flips', null],
    ['ADDED', 'new', null],
  ]);
  expect(changes[0]).toMatchObject({ oid: 'x1', previousOid: 'x1' });
  expect(await countChanges(opened.database.system, at(3), null)).toBe(3);
  expect(await countChanges(opened.database.system, at(3), ['ADDED', 'RENAMED'])).toBe(2);
  const removed = await syncChanges(opened.database.system, at(2), { ...page, kinds: ['REMOVED'] });
  expect(removed.map(({ path }) => path)).toEqual(['gone']);
});

test('a snapshot lists every path, and a folder its direct children', async () => {
  expect(await snapshotPaths(opened.database.system, at(3))).toEqual([
    'a',
    'a.b',
    'a/y',
    'flips',
    'mode',
    'new',
    'same',
  ]);
  const tree = await snapshotTree(opened.database.system, at(3), null);
  expect(tree.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'FOLDER a',
    'FILE a',
    'FILE a.b',
    'FILE flips',
    'FILE mode',
    'FILE new',
    'FILE same',
  ]);
  expect((await snapshotTree(opened.database.system, at(3), 'a')).map(({ path }) => path)).toEqual(['a/y']);
});

test('the versions of a renamed file go on under the name it had before', async () => {
  const versionsOf = async (path: string, first = 10, before: number | null = null) => {
    const page = { branchId: main, path: parsePath(path), first, before };
    const [rows, total] = await Promise.all([
      fileVersions(reads, projectId, page),
      countVersions(reads, projectId, page),
    ]);
    return [rows.map(({ shownPath, added }) => `${shownPath} ${added}`), total];
  };
  expect(await versionsOf('a/y')).toEqual([['a/y 3', 'a/x 1'], 2]);
  expect(await versionsOf('a/x')).toEqual([['a/x 1'], 1]);
  expect(await versionsOf('flips')).toEqual([['flips 3', 'flips 2', 'flips 1'], 3]);
  expect(await versionsOf('same')).toEqual([['same 1'], 1]);
  expect(await versionsOf('a/y', 1, 3)).toEqual([['a/x 1'], 2]);
  expect(await versionsOf('unfinished')).toEqual([[], 0]);
});
