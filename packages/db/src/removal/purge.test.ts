import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  createSyncWorker,
  EMBED_QUEUE,
  gitSource,
  pathToBytes,
  SYNC_QUEUE,
  type ContentReader,
  type Source,
  type SyncWorker,
} from '@project-sync/sync';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJobs, type Jobs } from '../jobs/open-jobs.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { purge, purgedTables, tablesPurgedOtherwise } from './purge.ts';
import { SyncsRunning } from './purge-orphans.ts';
import { REMOVE_QUEUE, requestRemoval, type Removal } from './request-removal.ts';
import { snapshotFiles } from '../reads/snapshot-files.ts';
import { startSync } from '../syncs/start-sync.ts';
import { syncClaims } from '../syncs/sync-claims.ts';
import { syncEvents } from '../live/sync-events.ts';
import { openSyncHints, type SyncHints } from '../live/sync-hints.ts';
import { noOrigin } from '../audit/record-audit.ts';

const reader: ContentReader = {
  version: { split: 1, redaction: 1 },
  classifier: () => () => ({ language: null, dialect: 'lines', ignored: null }),
  decode: (content) => ({ kind: 'text', text: Buffer.from(content).toString('utf8'), encoding: 'utf8' }),
  split: ({ text }) =>
    Promise.resolve([
      {
        kind: 'CODE',
        title: text,
        symbol: null,
        parents: [],
        startLine: 1,
        endLine: 1,
        text,
        hash: `00000000-0000-4000-8000-${Buffer.from(text).toString('hex').padEnd(12, '0').slice(0, 12)}`,
        tokens: 3,
        words: text,
      },
    ]),
};

let opened: TestDatabase;
let jobs: Jobs;
let hints: SyncHints;
let worker: SyncWorker;
let mirrors: string;
/** Resolved when a source is opened, and the promise it waits for then. */
let asked: PromiseWithResolvers<void> | null = null;
let goOn = Promise.resolve();
const repositories = new Map<string, TestRepository>();

async function openSource({ repositoryId }: { repositoryId: string }): Promise<Source> {
  const at = repositories.get(repositoryId);
  if (at === undefined) throw new Error('This repository is not there.');
  const inner = await gitSource({
    url: at.path,
    mirror: join(mirrors, `${repositoryId}.git`),
    allowedHosts: null,
    localRoots: [dirname(at.path)],
  });
  asked?.resolve();
  await goOn;
  return inner;
}

beforeAll(async () => {
  opened = await openTestDatabase();
  mirrors = await mkdtemp(join(tmpdir(), 'project-sync-purge-'));
  jobs = await openJobs(opened.database, [SYNC_QUEUE, EMBED_QUEUE, REMOVE_QUEUE], (error) => {
    throw error;
  });
  hints = await openSyncHints(opened.database);
  worker = createSyncWorker({
    claims: syncClaims(opened.database, reader.version),
    jobs,
    openSource,
    reader,
    enrichments: [],
    limits: { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 },
    concurrency: 2,
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

async function project(): Promise<string> {
  const id = randomUUID();
  await opened.database.system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [
    id,
    id.slice(0, 20),
  ]);
  return id;
}

async function connect(projectId: string): Promise<{ id: string; at: TestRepository }> {
  const at = await createRepository();
  const id = randomUUID();
  repositories.set(id, at);
  await opened.database.system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
    [projectId, id, at.path],
  );
  return { id, at };
}

const begin = (projectId: string, repositoryId: string, branch: string) =>
  startSync(opened.database, jobs, {
    projectId,
    repositoryId,
    branch,
    trigger: 'MANUAL',
    full: false,
    restoredFromId: null,
    requestedBy: null,
  });

interface Row extends Record<string, unknown> {
  readonly branch_id: string;
  readonly number: number;
  readonly status: string;
}

async function ended(projectId: string, syncId: string): Promise<Row> {
  const follow = { projectId, syncId, after: 0, signal: new AbortController().signal };
  for await (const event of syncEvents(opened.database, hints, follow)) void event;
  const [row] = await opened.database.system.query<Row>('SELECT * FROM project_sync WHERE id = $1', [syncId]);
  if (row === undefined) throw new Error('The sync is not there.');
  return row;
}

const synced = async (projectId: string, repositoryId: string, branch: string) =>
  ended(projectId, (await begin(projectId, repositoryId, branch)).id);

async function listing(projectId: string, row: Row): Promise<Buffer> {
  const key = { projectId, branchId: row.branch_id, number: row.number };
  const files = await snapshotFiles(opened.database.system, key, { prefix: null, first: 1000, after: null });
  return Buffer.concat(
    files.flatMap((f) => [
      Buffer.from(`${f.mode.toString(8)} blob ${f.oid}\t`),
      pathToBytes(f.path),
      Buffer.from([0]),
    ]),
  );
}

const count = async (projectId: string, table: string): Promise<number> =>
  Number(
    (
      await opened.database.system.query<{ count: bigint }>(
        `SELECT count(*) FROM ${table} WHERE project_id = $1`,
        [projectId],
      )
    )[0]?.count,
  );

/** Marks the removal and purges at once, as the job would do later. */
async function remove(removal: Removal): Promise<void> {
  expect(await requestRemoval(opened.database, { send: () => Promise.resolve() }, removal)).toBe(true);
  await purge(opened.database, removal, new AbortController().signal);
}

test('a removed branch is purged with the contents only it had, and other branches stay unchanged', async () => {
  const projectId = await project();
  const { id, at } = await connect(projectId);
  const commit = at.commit('main', { 'both.txt': 'both', 'in/main.txt': 'main' });
  const kept = await synced(projectId, id, 'main');
  at.commit('work', { 'in/main.txt': null, 'in/work.txt': 'work' }, { from: commit });
  const gone = await synced(projectId, id, 'work');
  at.commit('work', { 'in/work.txt': 'more work' });
  await synced(projectId, id, 'work');
  expect(await count(projectId, 'blob')).toBe(4);
  expect(await count(projectId, 'known_path')).toBe(3);
  await remove({ projectId, kind: 'branch', id: gone.branch_id, origin: noOrigin });
  expect((await listing(projectId, kept)).equals(at.lsTree(commit))).toBe(true);
  expect(await count(projectId, 'blob')).toBe(2);
  expect(await count(projectId, 'memory_entry')).toBe(2);
  expect(await count(projectId, 'passage')).toBe(2);
  expect(await count(projectId, 'known_path')).toBe(2);
  expect(await count(projectId, 'git_tree')).toBe(2);
  expect(await count(projectId, 'branch')).toBe(1);
  expect(await count(projectId, 'project_sync')).toBe(1);
  expect(await count(projectId, 'audit_log')).toBe(1);
  const again = await synced(projectId, id, 'work');
  expect([again.status, again.number]).toEqual(['COMPLETED', 1]);
  expect((await listing(projectId, again)).equals(at.lsTree(at.head('work')))).toBe(true);
});

test('a removed repository can be connected again as a new one', async () => {
  const projectId = await project();
  const { id, at } = await connect(projectId);
  at.commit('main', { 'a.txt': 'a' });
  await synced(projectId, id, 'main');
  await remove({ projectId, kind: 'repository', id, origin: noOrigin });
  for (const table of ['repository', 'branch', 'blob', 'git_tree', 'project_sync', 'sync_event', 'passage'])
    expect([table, await count(projectId, table)]).toEqual([table, 0]);
  await expect(begin(projectId, id, 'main')).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
  const second = randomUUID();
  repositories.set(second, at);
  await opened.database.system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
    [projectId, second, at.path],
  );
  expect((await synced(projectId, second, 'main')).status).toBe('COMPLETED');
});

test('removing a project during a sync cancels the sync and purges the project', async () => {
  const projectId = await project();
  const { id, at } = await connect(projectId);
  at.commit('main', { 'a.txt': 'a' });
  asked = Promise.withResolvers();
  const going = Promise.withResolvers<void>();
  goOn = going.promise;
  const { id: syncId } = await begin(projectId, id, 'main');
  await asked.promise;
  const removal = { projectId, kind: 'project', id: projectId, origin: noOrigin } as const;
  expect(await requestRemoval(opened.database, { send: () => Promise.resolve() }, removal)).toBe(true);
  expect((await ended(projectId, syncId)).status).toBe('CANCELLED');
  going.resolve();
  asked = null;
  goOn = Promise.resolve();
  await purge(opened.database, removal, new AbortController().signal);
  for (const table of ['repository', 'branch', 'blob', 'repository_file', 'project_sync', 'sync_event'])
    expect([table, await count(projectId, table)]).toEqual([table, 0]);
  expect(await opened.database.system.query('SELECT FROM project WHERE id = $1', [projectId])).toEqual([]);
});

test('rows that a running sync may need or copy are not purged', async () => {
  const projectId = await project();
  const { id, at } = await connect(projectId);
  const commit = at.commit('main', { 'a.txt': 'a' });
  const first = await synced(projectId, id, 'main');
  at.point('work', commit);
  asked = Promise.withResolvers();
  const going = Promise.withResolvers<void>();
  goOn = going.promise;
  const { id: syncId } = await begin(projectId, id, 'work');
  await asked.promise;
  await expect(
    remove({ projectId, kind: 'branch', id: first.branch_id, origin: noOrigin }),
  ).rejects.toBeInstanceOf(SyncsRunning);
  expect(await count(projectId, 'blob')).toBe(1);
  going.resolve();
  asked = null;
  goOn = Promise.resolve();
  const row = await ended(projectId, syncId);
  expect((await listing(projectId, row)).equals(at.lsTree(commit))).toBe(true);
  const removal = { projectId, kind: 'branch', id: first.branch_id } as const;
  await purge(opened.database, removal, new AbortController().signal);
  expect(await count(projectId, 'branch')).toBe(1);
  expect((await listing(projectId, row)).equals(at.lsTree(commit))).toBe(true);
});

test('a project that was not removed is not purged', async () => {
  const projectId = await project();
  await purge(opened.database, { projectId, kind: 'project', id: projectId }, new AbortController().signal);
  expect(await opened.database.system.query('SELECT 1 FROM project WHERE id = $1', [projectId])).toHaveLength(
    1,
  );
});

test('every table with a project_id is purged, or names the reason why not', async () => {
  const rows = await opened.database.system.query<{ name: string }>(
    `SELECT table_name::text AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'project_id' ORDER BY 1`,
  );
  const registered = [...purgedTables, ...Object.keys(tablesPurgedOtherwise)];
  expect(registered.toSorted()).toEqual(rows.map(({ name }) => name));
});
