import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitSource, pathToBytes, type ContentReader } from '@project-sync/sync';
import { createRepository, RandomHistory, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openJobs, type Jobs } from '../jobs/open-jobs.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { snapshotFiles } from '../reads/snapshot-files.ts';
import { snapshotTree } from '../reads/snapshot-tree.ts';
import { cancelSync, startSync } from '../syncs/start-sync.ts';
import { syncEvents } from '../live/sync-events.ts';
import { openSyncHints, type SyncHints } from '../live/sync-hints.ts';
import type { SyncEventRow } from '../syncs/sync-row.ts';
import { createSyncWorker, type SyncWorker } from '../syncs/sync-worker.ts';

/** The smallest reader that is honest: whole texts, one entry each. What files mean is another room's matter. */
const reader: ContentReader = {
  version: { split: 1, redaction: 1 },
  classifier: () => () => ({ language: null, dialect: 'lines', ignored: null }),
  decode: (content) =>
    content.includes(0)
      ? { kind: 'binary' }
      : { kind: 'text', text: Buffer.from(content).toString('utf8'), encoding: 'utf8' },
  split: () => Promise.resolve([]),
};

let opened: TestDatabase;
let jobs: Jobs;
let hints: SyncHints;
let worker: SyncWorker;
let mirrors: string;
const projectId = randomUUID();
const repositories = new Map<string, TestRepository>();
let opens = 0;

beforeAll(async () => {
  opened = await openTestDatabase();
  mirrors = await mkdtemp(join(tmpdir(), 'project-sync-engine-'));
  await opened.database.system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [
    projectId,
    'p',
  ]);
  jobs = await openJobs(opened.database, ['sync'], (error) => {
    throw error;
  });
  hints = await openSyncHints(opened.database);
  worker = createSyncWorker({
    database: opened.database,
    jobs,
    reader,
    enrichments: [],
    limits: { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 },
    concurrency: 2,
    openSource: ({ repositoryId }) => {
      opens += 1;
      const at = repositories.get(repositoryId);
      if (at === undefined) throw new Error('Which repository?');
      return gitSource({
        url: at.path,
        mirror: join(mirrors, `${repositoryId}.git`),
        allowedHosts: null,
        localRoots: [dirname(at.path)],
      });
    },
    log: { info: () => undefined, error: () => undefined },
  });
  await worker.start();
});
afterAll(async () => {
  await worker.stop();
  await hints.close();
  await opened.close();
  for (const repository of repositories.values()) await repository.remove();
  await rm(mirrors, { recursive: true, force: true });
});

async function connect(): Promise<{ id: string; at: TestRepository }> {
  const at = await createRepository();
  const id = randomUUID();
  repositories.set(id, at);
  await opened.database.system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
    [projectId, id, at.path],
  );
  return { id, at };
}

async function sync(
  repositoryId: string,
  branch: string,
  options: { full?: boolean; restoredFromId?: string } = {},
): Promise<{ id: string; events: SyncEventRow[] }> {
  const started = await startSync(opened.database, jobs, {
    projectId,
    repositoryId,
    branch,
    trigger: options.restoredFromId === undefined ? 'MANUAL' : 'RESTORE',
    full: options.full ?? false,
    restoredFromId: options.restoredFromId ?? null,
    requestedBy: null,
  });
  const events: SyncEventRow[] = [];
  for await (const event of syncEvents(opened.database, hints, {
    projectId,
    syncId: started.id,
    after: 0,
    signal: AbortSignal.timeout(30_000),
  }))
    events.push(event);
  return { id: started.id, events };
}

async function rowOf(id: string): Promise<{
  branch_id: string;
  number: number;
  status: string;
  stats: Record<string, number>;
  commit_oid: string;
  failure_message: string | null;
}> {
  const [row] = await opened.database.system.query<{
    branch_id: string;
    number: number;
    status: string;
    stats: Record<string, number>;
    commit_oid: string;
    failure_message: string | null;
  }>('SELECT * FROM project_sync WHERE id = $1', [id]);
  if (row === undefined) throw new Error('No such sync.');
  return row;
}

async function listing(id: string): Promise<Buffer> {
  const row = await rowOf(id);
  const lines: Buffer[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await snapshotFiles(
      opened.database.system,
      { projectId, branchId: row.branch_id, number: row.number },
      { prefix: null, first: 7, after },
    );
    for (const file of page)
      lines.push(
        Buffer.from(`${file.mode.toString(8)} ${file.mode === 0o160000 ? 'commit' : 'blob'} ${file.oid}\t`),
        pathToBytes(file.path),
        Buffer.from([0]),
      );
    if (page.length < 7) return Buffer.concat(lines);
    after = page.at(-1)?.shownPath ?? null;
  }
}

describe('a sync', () => {
  test('leaves each snapshot equal to its commit over random histories, and all earlier ones as they were', async () => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const { id, at } = await connect();
      const history = new RandomHistory(at, seed);
      const done: { id: string; commit: string }[] = [];
      for (let step = 0; step < 10; step += 1) {
        const { branch, commit, what } = history.step();
        const synced = await sync(id, branch);
        const row = await rowOf(synced.id);
        expect(row.status, `${what}: ${row.failure_message ?? ''}`).toBe('COMPLETED');
        expect(
          (await listing(synced.id)).equals(at.lsTree(commit)),
          `seed ${seed} step ${step}: ${what}`,
        ).toBe(true);
        done.push({ id: synced.id, commit });
      }
      const back = done[2];
      if (back === undefined) throw new Error('no third sync');
      const restored = await sync(id, await branchOf(back.id), { restoredFromId: back.id });
      expect((await listing(restored.id)).equals(at.lsTree(back.commit))).toBe(true);
      for (const { id: earlier, commit } of done)
        expect((await listing(earlier)).equals(at.lsTree(commit))).toBe(true);
    }
  });

  test('tells its events from 1 on without a gap, with progress that never falls and one end', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'a\n', 'b/c.txt': 'c\n' });
    const { events } = await sync(id, 'main');
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect([...events].sort((a, b) => a.progress - b.progress)).toEqual(events);
    expect(events.filter(({ status }) => status === 'COMPLETED')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ status: 'COMPLETED', progress: 1 });
  });

  test('fetches nothing for a new branch that shares all but one file', async () => {
    const { id, at } = await connect();
    at.commit(
      'main',
      Object.fromEntries(
        Array.from({ length: 50 }, (_, index) => [`dir/file-${index}.txt`, `text ${index}\n`]),
      ),
    );
    await sync(id, 'main');
    at.commit('work', { 'dir/file-7.txt': 'text 8\n' }, { from: at.head('main') });
    at.commit('work', { 'new.txt': 'text 9\n' });
    const { id: syncId } = await sync(id, 'work');
    expect((await rowOf(syncId)).stats).toMatchObject({ blobsFetched: 0, filesTotal: 51 });
    expect((await listing(syncId)).equals(at.lsTree('work'))).toBe(true);
  });

  test('costs one question and no row of files when nothing has changed', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'a\n' });
    const first = await sync(id, 'main');
    const [before] = await opened.database.system.query('SELECT count(*) FROM repository_file');
    const second = await sync(id, 'main');
    expect((await rowOf(second.id)).stats).toMatchObject({
      sourceRequests: 1,
      filesUnchanged: 1,
      filesAdded: 0,
      blobsFetched: 0,
    });
    expect((await opened.database.system.query('SELECT count(*) FROM repository_file'))[0]).toEqual(before);
    expect((await rowOf(second.id)).number).toBe((await rowOf(first.id)).number + 1);
  });

  test('tells a rename as one, and fetches nothing for it', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'old.txt': 'the very same text\n', 'other.txt': 'x\n' });
    await sync(id, 'main');
    at.commit('main', { 'old.txt': null, 'moved/new.txt': 'the very same text\n' });
    const { id: syncId } = await sync(id, 'main');
    expect((await rowOf(syncId)).stats).toMatchObject({
      filesRenamed: 1,
      filesAdded: 0,
      filesRemoved: 0,
      blobsFetched: 0,
    });
  });

  test('restores without asking the source, even when it is gone', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'one\n' });
    const first = await sync(id, 'main');
    at.commit('main', { 'a.txt': 'two\n', 'b.txt': 'b\n' });
    await sync(id, 'main');
    const oracle = at.lsTree((await rowOf(first.id)).commit_oid);
    await at.remove();
    const before = opens;
    const restored = await sync(id, 'main', { restoredFromId: first.id });
    expect(opens).toBe(before);
    expect((await listing(restored.id)).equals(oracle)).toBe(true);
    expect((await rowOf(restored.id)).stats).toMatchObject({
      filesModified: 1,
      filesRemoved: 1,
      sourceRequests: 0,
    });
  });

  test('compares everything again when asked to, and mends what was kept wrongly', async () => {
    const { id, at } = await connect();
    const commit = at.commit('main', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
    const first = await sync(id, 'main');
    await opened.database.system.execute(
      `INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added) SELECT $1, $2, 'ghost.txt'::bytea, 33188, repeat('a', 40), 'lines', 1`,
      [projectId, (await rowOf(first.id)).branch_id],
    );
    expect((await listing(first.id)).equals(at.lsTree(commit))).toBe(false);
    const again = await sync(id, 'main', { full: true });
    expect((await listing(again.id)).equals(at.lsTree(commit))).toBe(true);
    expect((await rowOf(again.id)).stats).toMatchObject({ filesRemoved: 1, blobsFetched: 0 });
  });

  test('is one, however many ask for it at once', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'a\n' });
    const started = await Promise.all(
      Array.from({ length: 10 }, () =>
        startSync(opened.database, jobs, {
          projectId,
          repositoryId: id,
          branch: 'main',
          trigger: 'MANUAL',
          full: false,
          restoredFromId: null,
          requestedBy: null,
        }),
      ),
    );
    expect(new Set(started.map((one) => one.id)).size).toBe(1);
    expect(started.filter(({ isNew }) => isNew)).toHaveLength(1);
    for await (const event of syncEvents(opened.database, hints, {
      projectId,
      syncId: started[0]?.id ?? '',
      after: 0,
      signal: AbortSignal.timeout(30_000),
    }))
      void event;
    expect(await cancelSync(opened.database, projectId, started[0]?.id ?? '')).toBeNull();
  });

  test('fails with a code for a branch that is not there, and leaves what stood before', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'a\n' });
    await sync(id, 'main');
    at.point('main', null);
    const gone = await sync(id, 'main');
    expect(gone.events.at(-1)?.status).toBe('FAILED');
    const [branch] = await opened.database.system.query<{ head: number; gone_at: Date }>(
      'SELECT head, gone_at FROM branch WHERE repository_id = $1',
      [id],
    );
    expect(branch).toMatchObject({ head: 1, gone_at: expect.any(Date) });
  });

  test('lists the children of a folder, folders first', async () => {
    const { id, at } = await connect();
    at.commit('main', {
      'z.txt': '1',
      'a-b/x': '1',
      'a/deep/er/y': '2',
      'a/b': '3',
      'a.txt': '4',
      'a/link': { content: 'b', mode: '120000' },
      'a/0': '5',
    });
    const row = await rowOf((await sync(id, 'main')).id);
    const key = { projectId, branchId: row.branch_id, number: row.number };
    expect(
      (await snapshotTree(opened.database.system, key, null)).map(({ kind, name }) => `${kind} ${name}`),
    ).toEqual(['FOLDER a-b', 'FOLDER a', 'FILE a.txt', 'FILE z.txt']);
    expect(
      (await snapshotTree(opened.database.system, key, 'a')).map(({ kind, path }) => `${kind} ${path}`),
    ).toEqual(['FOLDER a/deep', 'FILE a/0', 'FILE a/b', 'SYMLINK a/link']);
  });
});

async function branchOf(syncId: string): Promise<string> {
  const [row] = await opened.database.system.query<{ name: string }>(
    'SELECT b.name FROM branch b JOIN project_sync s ON s.branch_id = b.id WHERE s.id = $1',
    [syncId],
  );
  return row?.name ?? '';
}
