import { rm } from 'node:fs/promises';
import { claimLooks } from '@project-sync/db';
import type { TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { connectRepository } from '../testing/connected-repository.ts';
import { openConnectedServer, type ConnectedServer } from '../testing/open-connected-server.ts';

let world: ConnectedServer;
let server: ConnectedServer['server'];
let at: TestRepository;
let repository: string;

beforeAll(async () => {
  world = await openConnectedServer('Kept', (made) => {
    made.commit('main', { 'a.md': '# First\n' });
    made.commit('work', { 'own.md': '# Own\n' }, { from: made.head('main') });
  });
  ({ server, at } = world);
  repository = world.repository.id;
  // One sync of `work`, then 21 of `main`.
  await world.sync('work');
  for (let index = 0; index < 21; index += 1) {
    at.commit('main', { 'a.md': `# Change ${index}\n` });
    await world.sync('main');
  }
}, 120_000);
afterAll(() => world.close());

async function kept(selection: string, args = 'first: 10'): Promise<unknown> {
  const query = `query ($r: ID!) { node(id: $r) { ... on Repository { keptBranches(${args}) { ${selection} } } } }`;
  const { body } = await server.ask(query, { r: repository });
  return body;
}

const stored =
  'totalCount nodes { id name isDefault syncCount lastSync { status } activeSync { id } snapshot { commitOid files { totalCount } } repository { name } }';

test('a branch synced once keeps its place and its snapshot after 21 syncs of another', async () => {
  expect(await kept(stored)).toMatchObject({
    data: {
      node: {
        keptBranches: {
          totalCount: 2,
          nodes: [
            { name: 'main', isDefault: true, syncCount: 21, activeSync: null },
            {
              name: 'work',
              isDefault: false,
              syncCount: 1,
              lastSync: { status: 'COMPLETED' },
              activeSync: null,
              snapshot: { commitOid: at.head('work'), files: { totalCount: 2 } },
            },
          ],
        },
      },
    },
  });
});

test('fields that need the source ask it for a stored branch too', async () => {
  at.commit('work', { 'own.md': '# Ahead\n' });
  expect(await kept('nodes { name headOid status commitsBehind plan { filesModified } }')).toMatchObject({
    data: {
      node: {
        keptBranches: {
          nodes: [
            { name: 'main', headOid: at.head('main'), status: 'UP_TO_DATE', commitsBehind: 0 },
            {
              name: 'work',
              headOid: at.head('work'),
              status: 'BEHIND',
              commitsBehind: 1,
              plan: { filesModified: 1 },
            },
          ],
        },
      },
    },
  });
});

test('pages follow each other by cursor, and a cursor of another list is refused', async () => {
  const cursor = z.object({
    data: z.object({
      node: z.object({ keptBranches: z.object({ pageInfo: z.object({ endCursor: z.string() }) }) }),
    }),
  });
  const page = cursor.parse(await kept('nodes { name } pageInfo { endCursor hasNextPage }', 'first: 1'));
  const { endCursor } = page.data.node.keptBranches.pageInfo;
  const selection = 'nodes { name } pageInfo { hasNextPage }';
  expect(await kept(selection, `first: 1, after: "${endCursor}"`)).toMatchObject({
    data: { node: { keptBranches: { nodes: [{ name: 'work' }], pageInfo: { hasNextPage: false } } } },
  });
  expect(await kept(selection, `query: "w", after: "${endCursor}"`)).toMatchObject({
    errors: [{ extensions: { code: 'BAD_CURSOR' } }],
  });
});

const firstProject = async (selection: string, variables: object = {}): Promise<unknown> => {
  const declared = Object.keys(variables).map((name) => `$${name}: ID!`);
  const query = `query${declared.length === 0 ? '' : ` (${declared.join(', ')})`} { project(slug: "kept") { ${selection} } }`;
  return (await server.ask(query, variables)).body;
};
const followed = (id: string) =>
  server.follow('subscription ($id: ID!) { syncProgress(syncId: $id) { sequence } }', { id });
const inProject = (value: object) => ({ data: { project: value } });

test('syncs are numbered within the project, and found by number, branch, repository and person', async () => {
  expect(
    await firstProject(
      'first: sync(number: 1) { number branch } last: sync(number: 22) { number branch } none: sync(number: 23) { id } wrong: sync(number: -1) { id }',
    ),
  ).toMatchObject(
    inProject({
      first: { number: 1, branch: 'work' },
      last: { number: 22, branch: 'main' },
      none: null,
      wrong: null,
    }),
  );
  const viewer = z.object({ data: z.object({ viewer: z.object({ id: z.string() }) }) });
  const { id } = viewer.parse((await server.ask('{ viewer { id } }')).body).data.viewer;
  expect(
    await firstProject(
      'branch: syncs(branch: "work") { totalCount } repository: syncs(repositoryId: $r) { totalCount } own: syncs(requestedBy: $me) { totalCount } others: syncs(requestedBy: $r) { totalCount } elsewhere: syncs(repositoryId: $me) { totalCount }',
      { r: repository, me: id },
    ),
  ).toMatchObject(
    inProject({
      branch: { totalCount: 1 },
      repository: { totalCount: 22 },
      own: { totalCount: 22 },
      others: { totalCount: 0 },
      elsewhere: { totalCount: 0 },
    }),
  );
});

test('the figures of many syncs come oldest first, and each sync keeps the times of its phases', async () => {
  const figures = z.object({
    data: z.object({
      project: z.object({
        syncFigures: z.array(z.object({ number: z.number(), seconds: z.number(), changes: z.number() })),
        sync: z.object({ phases: z.array(z.object({ phase: z.string(), seconds: z.number() })) }),
      }),
    }),
  });
  const { syncFigures, sync } = figures.parse(
    await firstProject(
      'syncFigures(newest: 3, branch: "main") { number seconds changes } sync(number: 2) { phases { phase seconds startedAt } }',
    ),
  ).data.project;
  expect(syncFigures.map(({ number, changes }) => [number, changes])).toEqual([
    [20, 1],
    [21, 1],
    [22, 1],
  ]);
  const phases = sync.phases.map(({ phase }) => phase);
  expect(phases.slice(0, 4)).toEqual(['PREPARE', 'SCAN', 'IMPORT', 'FINALIZE']);
  expect(sync.phases.every(({ seconds }) => seconds >= 0)).toBe(true);
  expect(await firstProject('syncFigures(newest: 1001) { number }')).toMatchObject({
    errors: [{ extensions: { code: 'PAGE_TOO_LARGE' } }],
  });
});

test('a pinned branch is moved by a restore alone, until it is released', async () => {
  const found = z.object({
    data: z.object({ project: z.object({ sync: z.object({ id: z.string() }) }) }),
  });
  const { id } = found.parse(await firstProject('sync(number: 5) { id }')).data.project.sync;
  const started = z.object({
    data: z.object({ restoreMemory: z.object({ sync: z.object({ id: z.string() }) }) }),
  });
  const { restoreMemory } = started.parse(
    (
      await server.ask(
        'mutation ($s: ID!) { restoreMemory(input: { syncId: $s, pin: true, reason: " It failed. " }) { ... on RestoreMemorySuccess { sync { id } } } }',
        { s: id },
      )
    ).body,
  ).data;
  await followed(restoreMemory.sync.id);
  const pinned = { reason: 'It failed.', sync: { number: 23, restoredFrom: { number: 5 } } };
  expect(await kept('nodes { name pin { reason sync { number restoredFrom { number } } } }')).toMatchObject({
    data: {
      node: {
        keptBranches: {
          nodes: [
            { name: 'main', pin: pinned },
            { name: 'work', pin: null },
          ],
        },
      },
    },
  });
  const start = async () =>
    (
      await server.ask(
        'mutation ($r: ID!) { startSync(input: { repositoryId: $r, branch: "main" }) { __typename ... on Error { code } ... on StartSyncSuccess { sync { id number } } } }',
        { r: repository },
      )
    ).body;
  expect(await start()).toMatchObject({
    data: { startSync: { __typename: 'ConflictError', code: 'BRANCH_PINNED' } },
  });
  const released = await server.ask(
    'mutation ($r: ID!) { releaseBranch(input: { repositoryId: $r, branch: "main" }) { ... on ReleaseBranchSuccess { branchId branch { name pin { id } } } } }',
    { r: repository },
  );
  expect(released.body).toMatchObject({ data: { releaseBranch: { branch: { name: 'main', pin: null } } } });
  const again = z.object({
    data: z.object({ startSync: z.object({ sync: z.object({ id: z.string(), number: z.literal(24) }) }) }),
  });
  await followed(again.parse(await start()).data.startSync.sync.id);
});

test('other rules in .projectsyncignore are previewed, and what is stored is counted', async () => {
  const preview = async (rules: string) => {
    const query = `query ($r: ID!, $rules: String!) { node(id: $r) { ... on Repository { branch(name: "main") { snapshot { ignorePreview(rules: $rules) { leavingCount leaving returningCount } } } } } }`;
    return (await server.ask(query, { r: repository, rules })).body;
  };
  const previewed = (value: object) => ({
    data: { node: { branch: { snapshot: { ignorePreview: value } } } },
  });
  expect(await preview('*.md')).toMatchObject(
    previewed({ leavingCount: 1, leaving: ['a.md'], returningCount: 0 }),
  );
  expect(await preview('*.md\n!a.md')).toMatchObject(previewed({ leavingCount: 0, returningCount: 0 }));
  expect(await preview('x'.repeat(100_001))).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
  const stored = async (rules: string) => {
    const query = `query ($r: ID!, $rules: String!) { node(id: $r) { ... on Repository { branch(name: "main") { snapshot { ignorePreview(rules: $rules, areStored: true) { leaving leavingBytes returning isComplete problems { line problem } } } } } } }`;
    return (await server.ask(query, { r: repository, rules })).body;
  };
  expect(await stored('*.md\n[')).toMatchObject(
    previewed({
      leaving: ['a.md'],
      leavingBytes: expect.any(Number) as number,
      returning: [],
      isComplete: true,
      problems: [{ line: 2, problem: 'OPEN_BRACKET' }],
    }),
  );
  const saved = await server.ask(
    'mutation ($r: ID!, $rules: String!) { updateRepository(input: { repositoryId: $r, ignoreRules: $rules }) { ... on UpdateRepositorySuccess { repository { ignoreRules } } } }',
    { r: repository, rules: '*.md\n' },
  );
  expect(saved.body).toMatchObject({ data: { updateRepository: { repository: { ignoreRules: '*.md\n' } } } });
  const usage = z.object({
    data: z.object({ project: z.object({ usage: z.object({ contents: z.number(), syncs: z.number() }) }) }),
  });
  const counted = usage.parse(await firstProject('usage { contents syncs }')).data.project.usage;
  expect(counted.contents).toBeGreaterThanOrEqual(22);
  expect(counted.syncs).toBeGreaterThanOrEqual(22);
});

test('an owner chooses how often a repository is looked at, and its branch is due after that time', async () => {
  const poll = async (minutes: number | null) => {
    const query =
      'mutation ($r: ID!, $m: Int) { updateRepository(input: { repositoryId: $r, pollMinutes: $m }) { ... on UpdateRepositorySuccess { repository { pollMinutes defaultBranch } } ... on Error { code } } }';
    return (await server.ask(query, { r: repository, m: minutes })).body;
  };
  const set = (pollMinutes: number | null) => ({
    data: { updateRepository: { repository: { pollMinutes, defaultBranch: 'main' } } },
  });
  /** The branches whose turn it is half an hour after the last look, in a server with this interval. */
  const due = async (byServer: number): Promise<string[]> => {
    await server.database.system.execute(
      "UPDATE branch SET source_checked_at = now() - interval '30 minutes' WHERE head > 0",
    );
    const looks = await claimLooks(server.database, { seconds: byServer * 60, limit: 20 });
    return looks.flatMap(({ branches }) => branches.map(({ name }) => name));
  };
  expect(await due(0)).toEqual([]);
  expect(await due(60)).toEqual([]);
  expect(await due(20)).toContain('main');
  expect(await poll(10)).toMatchObject(set(10));
  expect(await due(0)).toContain('main');
  expect(await poll(40)).toMatchObject(set(40));
  expect(await due(20)).toEqual([]);
  expect(await poll(0)).toMatchObject(set(0));
  expect(await due(20)).toEqual([]);
  expect(await poll(null)).toMatchObject(set(null));
  expect(await due(20)).toContain('main');
  for (const wrong of [-1, 10_081])
    expect(await poll(wrong)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('an owner chooses the default branch among the stored ones, and connecting again keeps it', async () => {
  const choose = async (branch: string) => {
    const query =
      'mutation ($r: ID!, $b: String!) { updateRepository(input: { repositoryId: $r, defaultBranch: $b }) { ... on UpdateRepositorySuccess { repository { defaultBranch } } ... on Error { code } } }';
    return (await server.ask(query, { r: repository, b: branch })).body;
  };
  expect(await choose('nowhere')).toMatchObject({ data: { updateRepository: { code: 'BRANCH_NOT_FOUND' } } });
  expect(await choose('work')).toMatchObject({
    data: { updateRepository: { repository: { defaultBranch: 'work' } } },
  });
  const found = z.object({ data: z.object({ project: z.object({ id: z.string() }) }) });
  const { id } = found.parse(await firstProject('id')).data.project;
  const again = await server.ask(
    'mutation ($p: ID!, $u: String!) { connectRepository(input: { projectId: $p, provider: GIT, url: $u }) { ... on ConnectRepositorySuccess { repository { id defaultBranch } } } }',
    { p: id, u: at.path },
  );
  expect(again.body).toMatchObject({
    data: { connectRepository: { repository: { id: repository, defaultBranch: 'work' } } },
  });
  await choose('main');
});

test('a paused project keeps its syncs in the queue, and runs them when it is resumed', async () => {
  const found = z.object({ data: z.object({ project: z.object({ id: z.string() }) }) });
  const { id } = found.parse(await firstProject('id')).data.project;
  const pause = async (isPaused: boolean) =>
    (
      await server.ask(
        'mutation ($p: ID!, $is: Boolean!) { setSyncsPaused(input: { projectId: $p, isPaused: $is }) { ... on SetSyncsPausedSuccess { project { syncsPausedAt } } } }',
        { p: id, is: isPaused },
      )
    ).body;
  expect(await pause(true)).toMatchObject({
    data: { setSyncsPaused: { project: { syncsPausedAt: expect.any(String) as unknown } } },
  });
  const started = z.object({
    data: z.object({ startSync: z.object({ sync: z.object({ id: z.string() }) }) }),
  });
  const answer = await server.ask(
    'mutation ($r: ID!) { startSync(input: { repositoryId: $r, branch: "work" }) { ... on StartSyncSuccess { sync { id } } } }',
    { r: repository },
  );
  const sync = started.parse(answer.body).data.startSync.sync.id;
  // Another project's sync, which is asked for later, shows that the workers are awake.
  const other = await connectRepository(server, { project: 'Awake', path: at.path });
  await other.sync('work');
  expect(await firstProject('syncs(status: [QUEUED]) { totalCount }')).toMatchObject(
    inProject({ syncs: { totalCount: 1 } }),
  );
  expect(await pause(false)).toMatchObject({
    data: { setSyncsPaused: { project: { syncsPausedAt: null } } },
  });
  await followed(sync);
  expect(await firstProject('syncs(status: [QUEUED]) { totalCount }')).toMatchObject(
    inProject({ syncs: { totalCount: 0 } }),
  );
});

test('the stored branches are listed when the source is gone', async () => {
  const before = await kept(stored);
  await rm(at.path, { recursive: true, force: true });
  expect(await kept(stored)).toEqual(before);
  expect(await kept('nodes { headOid }')).toMatchObject({
    errors: Array.from({ length: 2 }, () => ({ extensions: { code: 'PATH_NOT_ALLOWED' } })),
  });
});
