import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContentReader, Enrichment, Source } from '@project-sync/sync';
import { snapshotFile } from '../reads/snapshot-files.ts';
import { countChanges, syncChanges } from '../reads/sync-changes.ts';
import { openSyncWorld, type SyncRow, type SyncWorld } from '../testing/index.ts';
import { verifyBranch } from './verify-branch.ts';

const version = { split: 1, redaction: 1 };
const reader: ContentReader = {
  version,
  classifier:
    ({ projectsyncignore, stored }) =>
    (path) => {
      const isIgnored = `${projectsyncignore ?? ''}\n${stored}`.split('\n').includes(path);
      return { language: null, dialect: isIgnored ? 'none' : 'lines', ignored: isIgnored ? 'IGNORED' : null };
    },
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
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

/** A run is stalled after this time without a report. */
const STALL_MS = 1500;
let world: SyncWorld;
/** The fault of the source or the enrichment. */
let fault: 'none' | 'hanging enrichment' | 'announced wait' | 'silent source' = 'none';

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
const enrichment: Enrichment = {
  phase: 'EMBED',
  async *run(run) {
    if (fault !== 'hanging enrichment') return;
    yield* run.report('EMBED', 0, 'begun');
    await untilAborted(run.signal);
  },
};

function faulty(inner: Source): Source {
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

beforeAll(async () => {
  world = await openSyncWorld({
    reader,
    enrichments: [enrichment],
    concurrency: 2,
    beatMs: 100,
    // A busy machine may be silent for a while, so the limit is only short where silence is tested.
    stallMs: () => (fault === 'none' ? 60_000 : STALL_MS),
    wrapSource: faulty,
  });
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
});

const connect = () => world.connect();
const begin = (repositoryId: string, branch: string) => world.start({ repositoryId, branch });
const ended = (id: string) => world.ended(id);
const synced = (repositoryId: string, branch: string, full = false) =>
  world.sync(repositoryId, branch, { full });
const listing = (row: SyncRow) => world.listing(row);

/** Changes stored rows, which no program of the product does. The guard must be released for it. */
const tamper = (statement: string, parameters: unknown[]) =>
  world.database.transaction(async (sql) => {
    await sql.query('SELECT project_sync_guard.release($1, $2)', [world.projectId, 'damaged by a test']);
    expect(await sql.execute(statement, parameters)).toBeGreaterThan(0);
  });

test('a full comparison of a new branch beside a stored one is equal to its commit', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  await synced(id, 'main');
  const commit = at.commit('work', { 'c.txt': 'c\n', 'a.txt': null }, { from: at.head('main') });
  const row = await synced(id, 'work', true);
  expect([row.status, row.failure_message]).toEqual(['COMPLETED', null]);
  expect((await listing(row)).equals(at.lsTree(commit))).toBe(true);
});

test('a full comparison repairs a damaged content, tree and row, and warns of each', async () => {
  const { id, at } = await connect();
  const commit = at.commit('main', { 'in/precious.txt': 'precious\n', 'in/other.txt': 'other\n' });
  const first = await synced(id, 'main');
  await tamper(
    `UPDATE blob SET content = 'worthless'::bytea WHERE project_id = $1 AND content = 'precious\n'::bytea`,
    [world.projectId],
  );
  await tamper(
    `UPDATE git_tree SET content = 'x'::bytea WHERE project_id = $1 AND content LIKE '%precious.txt%'`,
    [world.projectId],
  );
  await tamper(
    `UPDATE repository_file SET oid = 'no such content' WHERE project_id = $1 AND branch_id = $2 AND path = 'in/other.txt'`,
    [world.projectId, first.branch_id],
  );
  const verified = async () => {
    const source = await world.openSource(id);
    const branch = { projectId: world.projectId, id: first.branch_id, name: 'main' };
    const found = await verifyBranch(
      { database: world.database, source },
      branch,
      new AbortController().signal,
    );
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
  const [blob] = await world.database.system.query(
    `SELECT 1 FROM blob WHERE project_id = $1 AND content = 'precious\n'::bytea`,
    [world.projectId],
  );
  expect(blob).toBeDefined();
  const again = await synced(id, 'main', true);
  expect(again.warnings).toEqual([]);
});

test.each([
  ['a full disk', '53100', 'STORE_FULL'],
  ['a read-only database', '25006', 'STORE_READ_ONLY'],
])(
  '%s ends the sync with a code, leaves the snapshot, and the next sync is right',
  async (_name, state, code) => {
    const { id, at } = await connect();
    const before = at.commit('main', { 'a.txt': `${state} a\n` });
    const stood = await synced(id, 'main');
    const commit = at.commit('main', { 'b.txt': `${state} b\n`, 'a.txt': null });
    // The database refuses the contents of the second commit.
    await world.database.system.script(`
    CREATE FUNCTION refuse_contents() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'refused by a test' USING ERRCODE = '${state}'; END $$;
    CREATE TRIGGER refuse_contents BEFORE INSERT ON blob FOR EACH STATEMENT EXECUTE FUNCTION refuse_contents()`);
    const refused = await synced(id, 'main').finally(() =>
      world.database.system.script('DROP TRIGGER refuse_contents ON blob; DROP FUNCTION refuse_contents()'),
    );
    expect([refused.status, refused.failure_code, refused.failure_retryable]).toEqual(['FAILED', code, true]);
    expect((await listing(stood)).equals(at.lsTree(before))).toBe(true);
    const next = await synced(id, 'main');
    expect([next.status, next.failure_message, next.number]).toEqual(['COMPLETED', null, stood.number + 1]);
    expect((await listing(next)).equals(at.lsTree(commit))).toBe(true);
  },
);

test('an enrichment that hangs is stopped, and the sync with its visible snapshot completes', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'a.txt': 'x\n' });
  fault = 'hanging enrichment';
  const row = await synced(id, 'main');
  fault = 'none';
  expect([row.status, row.failure_code, row.number]).toEqual(['COMPLETED', null, 1]);
  expect(row.warnings.map(({ code }) => code)).toEqual(['EMBED_INCOMPLETE']);
});

test('a wait that the source announced is not a stall', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'a.txt': 'y\n' });
  fault = 'announced wait';
  const row = await synced(id, 'main');
  fault = 'none';
  expect([row.status, row.failure_code]).toEqual(['COMPLETED', null]);
});

test('a silent source ends the sync and names the phase that stalled', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'a.txt': 'y\n' });
  fault = 'silent source';
  const row = await synced(id, 'main');
  fault = 'none';
  expect([row.status, row.failure_code]).toEqual(['FAILED', 'PHASE_TIMEOUT']);
  expect(row.failure_message).toContain('PREPARE');
});

test('an awake worker runs every waiting sync, without a second hint', async () => {
  const { id, at } = await connect();
  const commit = at.commit('main', { 'a.txt': 'z\n' });
  await synced(id, 'main');
  const names = Array.from({ length: 12 }, (_, index) => `b${index}`);
  for (const name of names) at.point(name, commit);
  const rows = await Promise.all(names.map((name) => synced(id, name)));
  expect(rows.map(({ status }) => status)).toEqual(names.map(() => 'COMPLETED'));
});

test('changed rules reclassify untouched files without counting them as changed', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'kept.txt': 'kept\n', 'left.txt': 'left\n' });
  const first = await synced(id, 'main');
  const commit = at.commit('main', { '.projectsyncignore': 'left.txt\n' });
  const second = await synced(id, 'main');
  const key = { projectId: world.projectId, branchId: second.branch_id, number: second.number };
  expect((await listing(second)).equals(at.lsTree(commit))).toBe(true);
  expect((await snapshotFile(world.database.system, key, 'left.txt'))?.ignored).toBe('IGNORED');
  expect(
    (await snapshotFile(world.database.system, { ...key, number: first.number }, 'left.txt'))?.ignored,
  ).toBeNull();
  expect(
    (await syncChanges(world.database.system, key, { kinds: null, after: null, first: 10 })).map(
      ({ path }) => path,
    ),
  ).toEqual(['.projectsyncignore']);
  expect(await countChanges(world.database.system, key, null)).toBe(1);
  expect(second.stats).toMatchObject({ filesAdded: 1, filesModified: 0, filesTotal: 3 });
});

test('rules that are stored here treat an unmoved branch anew with its next sync, and only that one', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'kept.txt': 'kept\n', 'left.txt': 'left\n' });
  const first = await synced(id, 'main');
  const ignoredAt = async (row: SyncRow) => {
    const key = { projectId: world.projectId, branchId: row.branch_id, number: row.number };
    return (await snapshotFile(world.database.system, key, 'left.txt'))?.ignored;
  };
  const store = (ignoreRules: string) =>
    world.database.prisma.repository.update({
      where: { projectId_id: { projectId: world.projectId, id } },
      data: { ignoreRules, rulesVersion: { increment: 1 } },
    });
  await store('left.txt');
  expect(await ignoredAt(first)).toBeNull();
  const second = await synced(id, 'main');
  expect(await ignoredAt(second)).toBe('IGNORED');
  expect(await ignoredAt(first)).toBeNull();
  expect(second.stats).toMatchObject({ filesModified: 0, filesUnchanged: 2, entriesSuperseded: 1 });
  const third = await synced(id, 'main');
  expect(third.stats).toMatchObject({ entriesSuperseded: 0, entriesCreated: 0 });
  // Another branch of the repository starts from this one's rows, which the new rules take back.
  await store('');
  at.point('work', at.commit('main', { 'more.txt': 'more\n' }));
  expect(await ignoredAt(await synced(id, 'work'))).toBeNull();
  expect(await ignoredAt(third)).toBe('IGNORED');
});

test('entries that newer rules no longer make are superseded, and the new ones take their place', async () => {
  const { id, at } = await connect();
  at.commit('main', { 'a.txt': 'one\ntwo\n' });
  await synced(id, 'main');
  version.split = 2;
  try {
    const row = await synced(id, 'main', true);
    expect([row.status, row.failure_message]).toEqual(['COMPLETED', null]);
    const entries = await world.database.system.query<{ text: string; old: boolean }>(
      `SELECT p.text, m.superseded_at IS NOT NULL AS old FROM memory_entry m JOIN passage p USING (project_id, hash)
        WHERE m.project_id = $1 AND m.title IN ('one', 'two') ORDER BY 1`,
      [world.projectId],
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

test('a restore waits behind the active sync, and restores the snapshot that was requested', async () => {
  const { id, at } = await connect();
  const old = at.commit('main', { 'a.txt': 'old\n', 'b.txt': 'stays\n' });
  const first = await begin(id, 'main');
  await ended(first.id);
  const renewed = at.commit('main', { 'a.txt': 'new\n' });
  fault = 'announced wait';
  const second = await begin(id, 'main');
  const restore = { repositoryId: id, restoredFromId: first.id };
  const [third, twice] = await Promise.all([world.start(restore), world.start(restore)]);
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
  'a database that drops every connection in the middle only delays a sync',
  async () => {
    const { id, at } = await connect();
    const commit = at.commit('main', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
    fault = 'announced wait';
    const { id: syncId } = await begin(id, 'main');
    for await (const event of world.follow(syncId, 1)) if (event.sequence > 1) break;
    const drop = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await world.database.system.query(drop);
    fault = 'none';
    const row = await ended(syncId);
    expect([row.status, row.failure_message]).toEqual(['COMPLETED', null]);
    expect((await listing(row)).equals(at.lsTree(commit))).toBe(true);
  },
);
