import { randomUUID } from 'node:crypto';
import { passageOf } from '@project-sync/knowledge';
import { emptyStats, parsePath, type Claim, type Enrichment, type FileRow } from '@project-sync/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncStore } from '../engine/sync-store/sync-store.ts';
import { writeAnalyses } from '../engine/sync-store/write-analyses.ts';
import { openJobs, type Jobs } from '../jobs/open-jobs.ts';
import {
  insertProject,
  insertRepository,
  lineReader,
  openSyncWorld,
  openTestDatabase,
  type TestDatabase,
} from '../testing/index.ts';
import { cancelSync } from './cancel-sync.ts';
import { claimSync } from './claim-sync.ts';
import { endSync } from './end-sync.ts';
import { startSync } from './start-sync.ts';

let opened: TestDatabase;
let jobs: Jobs;
let projectId: string;
let repositoryId: string;

beforeAll(async () => {
  opened = await openTestDatabase();
  projectId = await insertProject(opened.database);
  repositoryId = await insertRepository(opened.database, projectId, 'https://code.example/fences');
  jobs = await openJobs(opened.database, ['sync'], (error) => {
    throw error;
  });
});
afterAll(async () => {
  await jobs.stop();
  await opened.close();
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
const storeOf = ({ sync, fence }: Claim, signal = new AbortController().signal) =>
  syncStore({ database: opened.database, sync, fence, version: lineReader.version, signal });
const row: FileRow = {
  path: parsePath('zombie.txt'),
  mode: 0o100644,
  oid: 'a'.repeat(40),
  dialect: 'lines',
  language: null,
  ignored: null,
  renamedFrom: null,
};
const entryOf = (said: string) => {
  const { hash, words, tokens, text } = passageOf(said);
  const place = { title: 'berth', startLine: 1, endLine: 1, symbol: null, parents: [] };
  return { kind: 'CODE' as const, ...place, text, hash, words, tokens };
};
const count = async (table: string) =>
  (
    await opened.database.system.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM ${table} WHERE project_id = $1`,
      [projectId],
    )
  )[0]?.n;

test('a worker that resumes after another one claimed its sync writes nothing', async () => {
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
  if (second === null) throw new Error('nothing to claim again');

  const zombie = storeOf(first);
  const before = [
    await count('repository_file'),
    await count('sync_event'),
    await count('blob'),
    await count('git_tree'),
  ];
  const note = {
    phase: 'IMPORT',
    progress: 0.5,
    message: 'back',
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
    author: null,
  } as const;
  const writes: (() => Promise<unknown>)[] = [
    () => zombie.note(note),
    () => zombie.saveFiles([row], [], note),
    () => zombie.saveContents({ blobs: [blob], analyses: [], overwrite: false }, null),
    () => zombie.saveTrees([{ oid: 'd'.repeat(40), content: new Uint8Array() }], { overwrite: false }),
    () => zombie.sweep(),
    () => zombie.finalize({ head, stats: emptyStats(), warnings: [] }, note),
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

test('a sync that ends without finalizing leaves no mark', async () => {
  await start('torn');
  const claim = await claimSync(opened.database, randomUUID());
  if (claim === null) throw new Error('nothing to claim');
  await storeOf(claim).saveFiles([row], [], null);
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

test('the passages of a large file are written in short transactions, and none of it shows before the last', async () => {
  await start('large');
  const claim = await claimSync(opened.database, randomUUID());
  if (claim === null) throw new Error('nothing to claim');
  const oid = 'e'.repeat(40);
  const entries = Array.from({ length: 40 }, (_, at) => entryOf(`berth ${at} ${'quay '.repeat(2000)}`));
  const blob = {
    oid,
    size: 1,
    isBinary: false,
    encoding: 'utf8',
    content: new Uint8Array([65]),
    skipReason: null,
  };
  const given = { blobs: [blob], analyses: [{ oid, dialect: 'lines', entries }], overwrite: false };
  const killed = new AbortController();
  let transactions: string[][] = [[]];
  opened.database.watchStatements((text) => {
    if (text.startsWith('BEGIN')) transactions.push([]);
    const table = /INSERT INTO (passage|blob|memory_entry|blob_analysis)\b/.exec(text)?.[1];
    if (table !== undefined) transactions.at(-1)?.push(table);
    return () => {
      if (written().length === 3) killed.abort();
    };
  });
  const written = () => transactions.filter((tables) => tables.length > 0);
  const shown = () => Promise.all(['blob', 'memory_entry', 'blob_analysis'].map(count));
  const before = await shown();
  await expect(storeOf(claim, killed.signal).saveContents(given, null)).rejects.toThrow(/abort/i);
  expect(written()).toEqual([['passage'], ['passage'], ['passage']]);
  expect(await shown()).toEqual(before);
  const passages = await count('passage');
  expect(passages).toBeGreaterThan(0n);
  expect(passages).toBeLessThan(40n);

  transactions = [[]];
  await storeOf(claim).saveContents(given, null);
  expect(written().pop()).toEqual(['blob', 'memory_entry', 'blob_analysis']);
  expect(written().length).toBeGreaterThan(5);
  for (const tables of written().slice(0, -1)) expect(tables).toEqual(['passage']);
  expect(await count('passage')).toBe(40n);
  expect(await shown()).toEqual(before.map((rows, at) => (rows ?? 0n) + (at === 1 ? 40n : 1n)));

  // Of many contents each is whole in one of the transactions.
  const many = (name: string) => ({
    oid: name.repeat(40),
    dialect: 'lines',
    entries: Array.from({ length: 150 }, (_, at) => ({ ...entryOf(`${name} ${at}`), startLine: at + 1 })),
  });
  transactions = [[]];
  const contents = { blobs: [{ ...blob, oid: '1'.repeat(40) }], overwrite: false };
  await storeOf(claim).saveContents({ ...contents, analyses: ['1', '2', '3'].map(many) }, null);
  opened.database.watchStatements(() => () => undefined);
  const whole = ['passage', 'memory_entry', 'blob_analysis'];
  expect(written()).toEqual([whole, whole, ['blob', ...whole]]);
});

test('a passage that was removed before its entries were written is written with them', async () => {
  await start('lost');
  const claim = await claimSync(opened.database, randomUUID());
  if (claim === null) throw new Error('nothing to claim');
  const entry = entryOf('lost and found');
  const analyses = [{ oid: 'f'.repeat(40), dialect: 'lines', entries: [entry] }];
  await opened.database.transaction((sql) =>
    writeAnalyses(sql, claim.sync, { analyses, version: lineReader.version, havePassages: true }),
  );
  const rows = await opened.database.system.query('SELECT text FROM passage WHERE hash = $1', [entry.hash]);
  expect(rows).toEqual([{ text: entry.text }]);
});

test('a waiting sync is cancelled at once, with one end in its log', async () => {
  const { id } = await start('waiting');
  expect(await cancelSync(opened.database, projectId, id)).toBe('ended');
  const rows = await opened.database.system.query<{ status: string }>(
    'SELECT status::text AS status FROM sync_event WHERE sync_id = $1 ORDER BY sequence',
    [id],
  );
  expect(rows.map(({ status }) => status)).toEqual(['QUEUED', 'CANCELLED']);
});

test('a sync completes with a warning when its enrichment fails, and a running one is cancelled in its enrichment', async () => {
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
  const world = await openSyncWorld({ database: opened.database, enrichments: [enrichment] });
  const { id: repository, at } = await world.connect();
  at.commit('main', { 'a.txt': 'a\n' });
  const run = async (onEmbed: (syncId: string) => Promise<unknown>) => {
    const { id } = await world.start({ repositoryId: repository });
    for await (const event of world.follow(id))
      if (event.phase === 'FINALIZE' && event.status === 'RUNNING') await onEmbed(id);
    const { status, number, warnings } = await world.row(id);
    return { status, number, codes: warnings.map(({ code }) => code) };
  };
  expect(await run(() => Promise.resolve())).toEqual({
    status: 'COMPLETED',
    number: 1,
    codes: ['EMBED_INCOMPLETE'],
  });
  mode = 'hang';
  const cancelled = await run((id) => cancelSync(opened.database, world.projectId, id));
  expect(cancelled).toMatchObject({ status: 'COMPLETED', number: 2 });
  expect(cancelled.codes[0]).toMatch(/_CANCELLED$/);
  await world.close();
  await world.removeRepositories();
});
