import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import {
  emptyStats,
  gitSource,
  type ContentReader,
  type Enrichment,
  type FileRow,
  parsePath,
} from '@project-sync/sync';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJobs, type Jobs } from '../jobs/open-jobs.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { claimSync, endSync } from './claim-sync.ts';
import { cancelSync, startSync } from './start-sync.ts';
import { syncEvents } from '../live/sync-events.ts';
import { openSyncHints } from '../live/sync-hints.ts';
import { syncStore } from '../engine/sync-store.ts';
import { createSyncWorker } from './sync-worker.ts';

let opened: TestDatabase;
let jobs: Jobs;
let at: TestRepository;
const [projectId, repositoryId] = [randomUUID(), randomUUID()];
const version = { split: 1, redaction: 1 };

beforeAll(async () => {
  opened = await openTestDatabase();
  at = await createRepository();
  at.commit('main', { 'a.txt': 'a\n' });
  await opened.database.system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [
    projectId,
    'fences',
  ]);
  await opened.database.system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
    [projectId, repositoryId, at.path],
  );
  jobs = await openJobs(opened.database, ['sync', 'embed'], (error) => {
    throw error;
  });
});
afterAll(async () => {
  await jobs.stop();
  await opened.close();
  await at.remove();
});

const start = (branch: string) =>
  startSync(opened.database, jobs, {
    projectId,
    repositoryId,
    branch,
    trigger: 'MANUAL',
    full: false,
    restoredFromId: null,
    requestedBy: null,
  });
const row: FileRow = {
  path: parsePath('zombie.txt'),
  mode: 0o100644,
  oid: 'a'.repeat(40),
  dialect: 'lines',
  language: null,
  ignored: null,
  renamedFrom: null,
};
const count = async (table: string) =>
  (
    await opened.database.system.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM ${table} WHERE project_id = $1`,
      [projectId],
    )
  )[0]?.n;

test('a worker that wakes up after its sync was taken over writes nothing', async () => {
  const { id } = await start('zombie');
  const first = await claimSync(opened.database, randomUUID());
  expect(first?.sync.id).toBe(id);
  if (first === null) throw new Error('nothing to claim');
  expect(await claimSync(opened.database, randomUUID())).toBeNull();
  await opened.database.system.execute(
    `UPDATE project_sync SET lease_until = now() - interval '1 second' WHERE id = $1`,
    [id],
  );
  const second = await claimSync(opened.database, randomUUID());
  expect(second).toMatchObject({ sync: { id }, fence: first.fence + 1 });
  if (second === null) throw new Error('nothing to take over');

  const zombie = syncStore({
    database: opened.database,
    sync: first.sync,
    fence: first.fence,
    version,
    signal: new AbortController().signal,
  });
  const before = [
    await count('repository_file'),
    await count('sync_event'),
    await count('blob'),
    await count('git_tree'),
  ];
  const note = {
    phase: 'IMPORT',
    progress: 0.5,
    message: 'I am back',
    stats: emptyStats(),
    detail: {},
  } as const;
  const blob = {
    oid: 'b'.repeat(40),
    size: 1,
    isBinary: false,
    encoding: 'utf8',
    content: new Uint8Array([65]),
    skipReason: null,
  };
  const head = {
    commitOid: 'c'.repeat(40),
    treeOid: 'd'.repeat(40),
    format: 'sha1',
    committedAt: null,
    message: null,
  } as const;
  const writes: (() => Promise<unknown>)[] = [
    () => zombie.note(note),
    () => zombie.saveFiles([row], [], note),
    () => zombie.saveContents({ blobs: [blob], analyses: [], overwrite: false }, null),
    () => zombie.saveTrees([{ oid: 'd'.repeat(40), content: new Uint8Array() }], { overwrite: false }),
    () => zombie.sweep(),
    () => zombie.finalize(head, emptyStats(), [], note),
    () => zombie.markGone(),
  ];
  for (const write of writes) await expect(write()).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect(
    await endSync(opened.database, first, {
      happening: 'complete',
      message: 'x',
      stats: emptyStats(),
      warnings: [],
      failure: null,
    }),
  ).toBe(false);
  expect([
    await count('repository_file'),
    await count('sync_event'),
    await count('blob'),
    await count('git_tree'),
  ]).toEqual(before);
  expect(
    await endSync(opened.database, second, {
      happening: 'cancel',
      message: 'over',
      stats: emptyStats(),
      warnings: [],
      failure: null,
    }),
  ).toBe(true);
});

test('a sync that ends without finalizing leaves no mark behind', async () => {
  await start('torn');
  const claim = await claimSync(opened.database, randomUUID());
  if (claim === null) throw new Error('nothing to claim');
  await syncStore({
    database: opened.database,
    sync: claim.sync,
    fence: claim.fence,
    version,
    signal: new AbortController().signal,
  }).saveFiles([row], [], null);
  await endSync(opened.database, claim, {
    happening: 'fail',
    message: 'x',
    stats: emptyStats(),
    warnings: [],
    failure: { code: 'INTERNAL', message: 'x', retryable: true },
  });
  expect(
    await opened.database.system.query('SELECT FROM repository_file WHERE branch_id = $1', [
      claim.sync.branchId,
    ]),
  ).toEqual([]);
});

test('a sync that nobody has taken is cancelled at once, with one end in its log', async () => {
  const { id } = await start('waiting');
  expect(await cancelSync(opened.database, projectId, id)).toBe('ended');
  const rows = await opened.database.system.query<{ status: string }>(
    'SELECT status::text AS status FROM sync_event WHERE sync_id = $1 ORDER BY sequence',
    [id],
  );
  expect(rows.map(({ status }) => status)).toEqual(['QUEUED', 'CANCELLED']);
});

test('a sync completes with a warning when its enrichment fails, and one at work is cancelled in its enrichment', async () => {
  const hints = await openSyncHints(opened.database);
  const reader: ContentReader = {
    version,
    classifier: () => () => ({ language: null, dialect: 'lines', ignored: null }),
    decode: (content) => ({ kind: 'text', text: Buffer.from(content).toString('utf8'), encoding: 'utf8' }),
    split: () => Promise.resolve([]),
  };
  let mode: 'fail' | 'hang' = 'fail';
  const enrichment: Enrichment = {
    phase: 'EMBED',
    async *run(run) {
      yield run.note('EMBED', 0, 'begun');
      if (mode === 'fail') throw new Error('The embedder is down.');
      if (!run.signal.aborted)
        await new Promise((resolve) => run.signal.addEventListener('abort', resolve, { once: true }));
      run.signal.throwIfAborted();
    },
  };
  const worker = createSyncWorker({
    database: opened.database,
    jobs,
    reader,
    enrichments: [enrichment],
    limits: { maxTextBytes: 1 << 20, maxBinaryBytes: 1 << 20 },
    concurrency: 1,
    openSource: () =>
      gitSource({
        url: at.path,
        mirror: `${at.path}-mirror`,
        allowedHosts: null,
        localRoots: [dirname(at.path)],
      }),
    log: { info: () => undefined, error: () => undefined },
  });
  await worker.start();
  const follow = async (id: string, onEmbed: () => Promise<unknown>) => {
    let status = '';
    for await (const event of syncEvents(opened.database, hints, {
      projectId,
      syncId: id,
      after: 0,
      signal: AbortSignal.timeout(30_000),
    })) {
      status = event.status;
      if (event.phase === 'FINALIZE' && event.status === 'RUNNING') await onEmbed();
    }
    const [sync] = await opened.database.system.query<{
      warnings: { code: string }[];
      number: number | null;
    }>('SELECT warnings, number FROM project_sync WHERE id = $1', [id]);
    return { status, number: sync?.number, codes: sync?.warnings.map(({ code }) => code) };
  };
  expect(await follow((await start('main')).id, () => Promise.resolve())).toEqual({
    status: 'COMPLETED',
    number: 1,
    codes: ['EMBED_INCOMPLETE'],
  });
  mode = 'hang';
  const { id } = await start('main');
  const cancelled = await follow(id, () => cancelSync(opened.database, projectId, id));
  expect(cancelled).toMatchObject({ status: 'COMPLETED', number: 2 });
  expect(cancelled.codes?.[0]).toMatch(/_CANCELLED$/);
  await worker.stop();
  await hints.close();
});
