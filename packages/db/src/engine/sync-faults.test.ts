import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitSource, pathToBytes, type ContentReader, type Enrichment, type Source } from '@project-sync/sync';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJobs, type Jobs } from '../jobs/open-jobs.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { EMBED_QUEUE } from '../jobs/background-jobs.ts';
import { snapshotFile, snapshotFiles } from '../reads/snapshot-files.ts';
import { countChanges, syncChanges } from '../reads/sync-changes.ts';
import { startSync, SYNC_QUEUE } from '../syncs/start-sync.ts';
import { syncEvents } from '../live/sync-events.ts';
import { openSyncHints, type SyncHints } from '../live/sync-hints.ts';
import { createSyncWorker, type SyncWorker } from '../syncs/sync-worker.ts';
import { verifyBranch } from './verify-branch.ts';

const version = { split: 1, redaction: 1 };
const reader: ContentReader = {
  version,
  classifier:
    ({ projectsyncignore }) =>
    (path) => ({
      language: null,
      dialect: projectsyncignore?.split('\n').includes(path) === true ? 'none' : 'lines',
      ignored: projectsyncignore?.split('\n').includes(path) === true ? 'IGNORED' : null,
    }),
  decode: (content) =>
    content.includes(0)
      ? { kind: 'binary' }
      : { kind: 'text', text: Buffer.from(content).toString('utf8'), encoding: 'utf8' },
  split: ({ text }) =>
    Promise.resolve(
      text
        .split('\n')
        .slice(0, -1)
        .map((line, index) => ({
          kind: 'CODE' as const,
          title: line,
          symbol: null,
          parents: [],
          startLine: index + 1,
          endLine: index + 1,
          text: `${line} by rules ${version.split}`,
          hash: hashOf(`${line} by rules ${version.split}`),
          tokens: 3,
          words: line,
        })),
    ),
};
const hashOf = (text: string): string => {
  const hex = Buffer.from(text).toString('hex').padEnd(32, '0').slice(-32);
  return [8, 12, 16, 20, 32].reduce(
    (id, to, at, ends) => `${id}${at > 0 ? '-' : ''}${hex.slice(ends[at - 1] ?? 0, to)}`,
    '',
  );
};

let opened: TestDatabase;
let jobs: Jobs;
let hints: SyncHints;
let worker: SyncWorker;
let mirrors: string;
/** What the source or the enrichment does wrong. */
let fault: 'none' | 'hanging enrichment' | 'announced wait' | 'silent source' = 'none';
const projectId = randomUUID();
const repositories = new Map<string, TestRepository>();

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
const enrichment: Enrichment = {
  phase: 'EMBED',
  async *run(run) {
    if (fault !== 'hanging enrichment') return;
    const note = run.note('EMBED', 0, 'begun');
    await run.store.note(note);
    yield note;
    await untilAborted(run.signal);
  },
};

async function openSource({ repositoryId }: { repositoryId: string }): Promise<Source> {
  const at = repositories.get(repositoryId);
  if (at === undefined) throw new Error('This repository is not there.');
  const inner = await gitSource({
    url: at.path,
    mirror: join(mirrors, `${repositoryId}.git`),
    allowedHosts: null,
    localRoots: [dirname(at.path)],
  });
  if (fault !== 'announced wait' && fault !== 'silent source') return inner;
  const slow = Object.create(inner) as Source;
  slow.head = async (branch, known, call) => {
    if (fault === 'silent source') return untilAborted(call.signal);
    // Longer than a phase may be silent, so only the announcement keeps the sync alive.
    const until = new Date(Date.now() + 2 * STALL_MS);
    call.onWait?.({ message: 'Waiting for the limit', until });
    await new Promise((resolve) => setTimeout(resolve, until.getTime() - Date.now()));
    return inner.head(branch, known, call);
  };
  return slow;
}

const STALL_MS = 1500;
beforeAll(async () => {
  opened = await openTestDatabase();
  mirrors = await mkdtemp(join(tmpdir(), 'project-sync-faults-'));
  await opened.database.system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [
    projectId,
    'faults',
  ]);
  jobs = await openJobs(opened.database, [SYNC_QUEUE, EMBED_QUEUE], (error) => {
    throw error;
  });
  hints = await openSyncHints(opened.database);
  worker = createSyncWorker({
    database: opened.database,
    jobs,
    openSource,
    reader,
    enrichments: [enrichment],
    limits: { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 },
    concurrency: 2,
    beatMs: 100,
    // Only where a silence is what is tested: a busy machine is silent now and then.
    get stallMs() {
      return fault === 'none' ? 60_000 : STALL_MS;
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

const begin = (repositoryId: string, branch: string, full = false) =>
  startSync(opened.database, jobs, {
    projectId,
    repositoryId,
    branch,
    trigger: 'MANUAL',
    full,
    restoredFromId: null,
    requestedBy: null,
  });

interface Row extends Record<string, unknown> {
  readonly branch_id: string;
  readonly number: number;
  readonly status: string;
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly failure_retryable: boolean | null;
  readonly warnings: { code: string; path: string | null }[];
  readonly stats: { filesModified: number; filesTotal: number; filesAdded: number };
}

async function ended(id: string): Promise<Row> {
  const follow = { projectId, syncId: id, after: 0, signal: new AbortController().signal };
  for await (const event of syncEvents(opened.database, hints, follow)) void event;
  const [row] = await opened.database.system.query<Row>('SELECT * FROM project_sync WHERE id = $1', [id]);
  if (row === undefined) throw new Error('The sync is not there.');
  return row;
}

const synced = async (repositoryId: string, branch: string, full = false) =>
  ended((await begin(repositoryId, branch, full)).id);

async function listing(row: Row): Promise<Buffer> {
  const key = { projectId, branchId: row.branch_id, number: row.number };
  const files = await snapshotFiles(opened.database.system, key, { prefix: null, first: 1000, after: null });
  return Buffer.concat(
    files.flatMap((f) => [
      Buffer.from(`${f.mode.toString(8)} ${f.mode === 0o160000 ? 'commit' : 'blob'} ${f.oid}\t`),
      pathToBytes(f.path),
      Buffer.from([0]),
    ]),
  );
}

/** What no program of this house may do: changes what is kept under the guard's eyes. */
const tamper = (statement: string, parameters: unknown[]) =>
  opened.database.transaction(async (sql) => {
    await sql.query('SELECT project_sync_guard.release($1, $2)', [projectId, 'damaged by a test']);
    expect(await sql.execute(statement, parameters)).toBeGreaterThan(0);
  });

test('a full comparison of a new branch beside a kept one is its commit', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  await synced(id, 'main');
  const commit = at.commit('work', { 'c.txt': 'c\n', 'a.txt': null }, { from: at.head('main') });
  const row = await synced(id, 'work', true);
  expect([row.status, row.failure_message]).toEqual(['COMPLETED', null]);
  expect((await listing(row)).equals(at.lsTree(commit))).toBe(true);
});

test('a full comparison puts right a damaged content, tree and row, and tells each', async () => {
  const { id, at } = await connect();
  const commit = at.commit('main', { 'in/precious.txt': 'precious\n', 'in/other.txt': 'other\n' });
  const first = await synced(id, 'main');
  await tamper(
    `UPDATE blob SET content = 'worthless'::bytea WHERE project_id = $1 AND content = 'precious\n'::bytea`,
    [projectId],
  );
  await tamper(
    `UPDATE git_tree SET content = 'x'::bytea WHERE project_id = $1 AND content LIKE '%precious.txt%'`,
    [projectId],
  );
  await tamper(
    `UPDATE repository_file SET oid = 'no such content' WHERE project_id = $1 AND branch_id = $2 AND path = 'in/other.txt'`,
    [projectId, first.branch_id],
  );
  const verified = async () => {
    const source = await openSource({ repositoryId: id });
    const branch = { projectId, id: first.branch_id, name: 'main' };
    const found = await verifyBranch(opened.database, source, branch, new AbortController().signal);
    await source.close();
    return found?.differences.map(({ kind, path }) => `${kind} ${path}`).sort();
  };
  expect(await verified()).toEqual([
    'CONTENT_MISSING in/other.txt',
    'DAMAGED in/precious.txt',
    'OTHER_CONTENT in/other.txt',
  ]);
  const row = await synced(id, 'main', true);
  expect([row.status, row.failure_message]).toEqual(['COMPLETED', null]);
  expect((await listing(row)).equals(at.lsTree(commit))).toBe(true);
  expect(await verified()).toEqual([]);
  expect(row.warnings.map(({ code, path }) => [code, path])).toEqual(
    expect.arrayContaining([
      ['CONTENT_REPAIRED', 'in/precious.txt'],
      ['LISTING_REPAIRED', null],
      ['LISTING_REPAIRED', 'in/other.txt'],
    ]),
  );
  const [blob] = await opened.database.system.query(
    `SELECT 1 FROM blob WHERE project_id = $1 AND content = 'precious\n'::bytea`,
    [projectId],
  );
  expect(blob).toBeDefined();
  const again = await synced(id, 'main', true);
  expect(again.warnings).toEqual([]);
});

test.each([
  ['a full disk', '53100', 'STORE_FULL'],
  ['a database that takes no writes', '25006', 'STORE_READ_ONLY'],
])(
  '%s ends the sync with a code, leaves what stood, and the next one is right',
  async (_name, state, code) => {
    const { id, at } = await connect();
    const before = at.commit('main', { 'a.txt': `${state} a\n` });
    const stood = await synced(id, 'main');
    const commit = at.commit('main', { 'b.txt': `${state} b\n`, 'a.txt': null });
    // The database itself refuses, where the contents of the second commit come in.
    await opened.database.system.script(`
    CREATE FUNCTION refuse_contents() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'refused by a test' USING ERRCODE = '${state}'; END $$;
    CREATE TRIGGER refuse_contents BEFORE INSERT ON blob FOR EACH STATEMENT EXECUTE FUNCTION refuse_contents()`);
    const refused = await synced(id, 'main').finally(() =>
      opened.database.system.script('DROP TRIGGER refuse_contents ON blob; DROP FUNCTION refuse_contents()'),
    );
    expect([refused.status, refused.failure_code, refused.failure_retryable]).toEqual(['FAILED', code, true]);
    expect((await listing(stood)).equals(at.lsTree(before))).toBe(true);
    const next = await synced(id, 'main');
    expect([next.status, next.failure_message, next.number]).toEqual(['COMPLETED', null, stood.number + 1]);
    expect((await listing(next)).equals(at.lsTree(commit))).toBe(true);
  },
);

test('an enrichment that hangs ends, and the sync whose snapshot stands completes', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'a.txt': 'x\n' });
  fault = 'hanging enrichment';
  const row = await synced(id, 'main');
  fault = 'none';
  expect([row.status, row.failure_code, row.number]).toEqual(['COMPLETED', null, 1]);
  expect(row.warnings.map(({ code }) => code)).toEqual(['EMBED_INCOMPLETE']);
});

test('a wait that the source announced is no stall', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'a.txt': 'y\n' });
  fault = 'announced wait';
  const row = await synced(id, 'main');
  fault = 'none';
  expect([row.status, row.failure_code]).toEqual(['COMPLETED', null]);
});

test('a source that says nothing ends the sync with the phase that stalled', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'a.txt': 'y\n' });
  fault = 'silent source';
  const row = await synced(id, 'main');
  fault = 'none';
  expect([row.status, row.failure_code]).toEqual(['FAILED', 'PHASE_TIMEOUT']);
  expect(row.failure_message).toContain('PREPARE');
});

test('whoever is awake takes all that waits, so that many starts at once need no second hint', async () => {
  const { id, at } = await connect();
  const commit = at.commit('main', { 'a.txt': 'z\n' });
  await synced(id, 'main');
  const names = Array.from({ length: 12 }, (_, index) => `b${index}`);
  for (const name of names) at.point(name, commit);
  const rows = await Promise.all(names.map((name) => synced(id, name)));
  expect(rows.map(({ status }) => status)).toEqual(names.map(() => 'COMPLETED'));
});

test('changed rules treat untouched files anew, and call none of them changed', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'kept.txt': 'kept\n', 'left.txt': 'left\n' });
  const first = await synced(id, 'main');
  const commit = at.commit('main', { '.projectsyncignore': 'left.txt\n' });
  const second = await synced(id, 'main');
  const key = { projectId, branchId: second.branch_id, number: second.number };
  expect((await listing(second)).equals(at.lsTree(commit))).toBe(true);
  expect((await snapshotFile(opened.database.system, key, 'left.txt'))?.ignored).toBe('IGNORED');
  expect(
    (await snapshotFile(opened.database.system, { ...key, number: first.number }, 'left.txt'))?.ignored,
  ).toBeNull();
  expect(
    (await syncChanges(opened.database.system, key, { kinds: null, after: null, first: 10 })).map(
      ({ path }) => path,
    ),
  ).toEqual(['.projectsyncignore']);
  expect(await countChanges(opened.database.system, key, null)).toBe(1);
  expect(second.stats).toMatchObject({ filesAdded: 1, filesModified: 0, filesTotal: 3 });
});

test('what newer rules read otherwise is superseded, and what they say takes its place', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'a.txt': 'one\ntwo\n' });
  await synced(id, 'main');
  version.split = 2;
  try {
    const row = await synced(id, 'main', true);
    expect([row.status, row.failure_message]).toEqual(['COMPLETED', null]);
    const entries = await opened.database.system.query<{ text: string; old: boolean }>(
      `SELECT p.text, m.superseded_at IS NOT NULL AS old FROM memory_entry m JOIN passage p USING (project_id, hash)
        WHERE m.project_id = $1 AND m.title IN ('one', 'two') ORDER BY 1`,
      [projectId],
    );
    expect(entries).toEqual([
      { text: 'one by rules 1', old: true },
      { text: 'one by rules 2', old: false },
      { text: 'two by rules 1', old: true },
      { text: 'two by rules 2', old: false },
    ]);
  } finally {
    version.split = 1;
  }
});

test('a restore waits behind the sync that is active, and is the state that was asked for', async () => {
  const { id, at } = await connect();
  const old = at.commit('main', { 'a.txt': 'old\n', 'b.txt': 'stays\n' });
  const first = await begin(id, 'main');
  await ended(first.id);
  const renewed = at.commit('main', { 'a.txt': 'new\n' });
  fault = 'announced wait';
  const second = await begin(id, 'main');
  const asked = { projectId, repositoryId: id, branch: 'main', full: false, requestedBy: null };
  const restore = { ...asked, trigger: 'RESTORE', restoredFromId: first.id } as const;
  const [third, twice] = await Promise.all([
    startSync(opened.database, jobs, restore),
    startSync(opened.database, jobs, restore),
  ]);
  expect(twice.id).toBe(third.id);
  expect((await begin(id, 'main')).id).toBe(second.id);
  const [before, after] = await Promise.all([ended(second.id), ended(third.id)]);
  fault = 'none';
  expect([before.status, before.number, after.status, after.number]).toEqual([
    'COMPLETED',
    2,
    'COMPLETED',
    3,
  ]);
  expect((await listing(before)).equals(at.lsTree(renewed))).toBe(true);
  expect((await listing(after)).equals(at.lsTree(old))).toBe(true);
});

test.runIf(process.env['TEST_DATABASE_URL'])(
  'a database that drops every connection in the middle costs a sync nothing but time',
  async () => {
    const { id, at } = await connect();
    const commit = at.commit('main', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
    fault = 'announced wait';
    const { id: syncId } = await begin(id, 'main');
    const follow = { projectId, syncId, after: 1, signal: new AbortController().signal };
    for await (const event of syncEvents(opened.database, hints, follow)) if (event.sequence > 1) break;
    const drop = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await opened.database.system.query(drop);
    fault = 'none';
    const row = await ended(syncId);
    expect([row.status, row.failure_message]).toEqual(['COMPLETED', null]);
    expect((await listing(row)).equals(at.lsTree(commit))).toBe(true);
  },
);
