import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tableCensus } from '@project-sync/db/testing';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { encodeGlobalID } from '../graphql/ids.ts';
import { unitsOfCost } from '../http/limit-cost.ts';
import { openConnectedServer, type ConnectedServer } from '../testing/open-connected-server.ts';
import { MOST_PLANS } from './plans-in-turn.ts';

let world: ConnectedServer;
let server: ConnectedServer['server'];
let at: TestRepository;
let repository: string;

beforeAll(async () => {
  const topics = Array.from(
    { length: MOST_PLANS + 1 },
    (_, number) => `topic/${String(number).padStart(2, '0')}`,
  );
  world = await openConnectedServer('Plans', (made) => {
    made.commit('main', { 'a/one.ts': '1\n', 'b/two.ts': '2\n' });
    made.git('fetch', '--quiet', '.', ...topics.map((name) => `refs/heads/main:refs/heads/${name}`));
  });
  ({ server, at } = world);
  repository = world.repository.id;
  await world.sync();
  // Three branches that changed one folder in the same way.
  at.commit('topic/00', { 'a/one.ts': 'changed\n' });
  for (const name of ['topic/01', 'topic/02']) at.point(name, at.head('topic/00'));
});
afterAll(() => world.close());

const answers = z.object({
  errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })).optional(),
  data: z.object({
    node: z.object({
      branches: z.object({
        nodes: z.array(
          z.object({
            name: z.string(),
            plan: z.looseObject({ filesModified: z.number() }).nullable(),
          }),
        ),
      }),
    }),
  }),
});

/** Asks for the plans of branches, and counts the sources that were opened and closed for it. */
async function plans(args: string) {
  const opened = vi.spyOn(server.services, 'openSource');
  try {
    const { body } = await server.ask(
      `query ($id: ID!) { node(id: $id) { ... on Repository { branches(${args}) { nodes { name plan { commitOid filesModified blobsToFetch bytesToFetch blobsUnsized secondsExpected } } } } } }`,
      { id: repository },
    );
    const { errors = [], data } = answers.parse(body);
    const sources = opened.mock.results;
    return {
      errors: errors.map(({ extensions: { code } }) => code),
      nodes: data.node.branches.nodes,
      sources,
    };
  } finally {
    opened.mockRestore();
  }
}

test('a branch that has not moved is planned without a question to its source', async () => {
  const { nodes, sources } = await plans('first: 1');
  expect(nodes).toMatchObject([{ name: 'main', plan: { commitOid: at.head('main'), filesModified: 0 } }]);
  // The one that listed the branches.
  expect(sources).toHaveLength(1);
});

test('the plans of a list share one open source, and each is as exact as alone', async () => {
  const { nodes, sources, errors } = await plans('first: 4');
  // The size is looked up where the folder is, and the time is that of the sync before.
  const changed = {
    filesModified: 1,
    blobsToFetch: 1,
    bytesToFetch: 'changed\n'.length,
    blobsUnsized: 0,
    secondsExpected: expect.any(Number) as number,
  };
  expect(nodes).toMatchObject([
    { name: 'main', plan: { filesModified: 0, bytesToFetch: 0, secondsExpected: null } },
    { name: 'topic/00', plan: changed },
    { name: 'topic/01', plan: changed },
    { name: 'topic/02', plan: changed },
  ]);
  expect(errors).toEqual([]);
  expect(sources).toHaveLength(2);
  expect((await plans('first: 1, query: "topic/02"')).nodes).toMatchObject([{ plan: changed }]);
});

test('one request plans twenty branches that have moved, and says so of the others', async () => {
  const { nodes, errors, sources } = await plans('first: 30');
  expect(nodes).toHaveLength(MOST_PLANS + 2);
  expect(nodes.filter(({ plan }) => plan === null)).toHaveLength(1);
  expect(errors).toEqual(['QUERY_TOO_COSTLY']);
  expect(sources).toHaveLength(2);
});

describe('several syncs at once', () => {
  const started = z.object({
    extensions: z.object({ cost: z.number() }),
    data: z.object({
      startSyncs: z.object({
        results: z.array(
          z.object({
            __typename: z.string(),
            isNew: z.boolean().optional(),
            sync: z.object({ id: z.string(), branch: z.string() }).optional(),
            code: z.string().optional(),
          }),
        ),
      }),
    }),
  });
  let projectId: string;
  let cost = 0;
  const start = async (syncs: readonly object[]) => {
    const { body } = await server.ask(
      `mutation ($input: StartSyncsInput!) { startSyncs(input: $input) { ... on StartSyncsSuccess { results {
         __typename ... on StartSyncSuccess { isNew sync { id branch } } ... on Error { code } } } } }`,
      { input: { projectId, syncs } },
    );
    const answer = started.parse(body);
    ({ cost } = answer.extensions);
    return answer.data.startSyncs.results;
  };
  beforeAll(async () => {
    const { body } = await server.ask('{ project(slug: "plans") { id } }');
    projectId = z.object({ data: z.object({ project: z.object({ id: z.string() }) }) }).parse(body).data
      .project.id;
    // A sync that waits stays the active one of its branch.
    await server.ask(
      'mutation ($id: ID!) { setSyncsPaused(input: { projectId: $id, isPaused: true }) { __typename } }',
      { id: projectId },
    );
  });

  test('each branch has its own answer in order, and one that is refused keeps no other from starting', async () => {
    const of = (branch: string | null) => ({ repositoryId: repository, branch });
    const asked = [of('topic/00'), of('no-such'), of(null), of('topic/00'), { repositoryId: 'nonsense' }];
    const first = await start(asked);
    expect(first).toMatchObject([
      { isNew: true, sync: { branch: 'topic/00' } },
      { __typename: 'NotFoundError', code: 'BRANCH_NOT_FOUND' },
      { isNew: true, sync: { branch: 'main' } },
      { isNew: false, sync: first[0]?.sync },
      { __typename: 'NotFoundError', code: 'REPOSITORY_NOT_FOUND' },
    ]);
    const again = await start(asked);
    expect(again.map(({ sync }) => sync)).toEqual(first.map(({ sync }) => sync));
    expect(again.filter(({ isNew }) => isNew === true)).toEqual([]);
    const { body } = await server.ask(
      '{ project(slug: "plans") { auditLog(actions: ["startSync"], first: 3) { nodes { action detail } } } }',
    );
    expect(JSON.stringify(body)).toContain(String.raw`\"branch\":\"topic/00\"`);
  });

  test('a source that fails answers for its own branches alone', async () => {
    const gone = await createRepository();
    gone.commit('main', { 'a.md': 'a\n' });
    const { body } = await server.ask(
      'mutation ($input: ConnectRepositoryInput!) { connectRepository(input: $input) { ... on ConnectRepositorySuccess { repository { id } } } }',
      { input: { projectId, provider: 'GIT', url: gone.path } },
    );
    await gone.remove();
    const repositoryId = /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1];
    expect(await start([{ repositoryId }, { repositoryId: repository, branch: 'topic/03' }])).toMatchObject([
      { code: 'PATH_NOT_ALLOWED' },
      { isNew: true, sync: { branch: 'topic/03' } },
    ]);
  });

  test('twenty cost as many statements as two, and as many requests as twenty', async () => {
    const topics = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => ({
        repositoryId: repository,
        branch: `topic/${String(from + index).padStart(2, '0')}`,
      }));
    let statements = 0;
    server.database.watchStatements(() => {
      statements += 1;
      return () => undefined;
    });
    const statementsOf = async (syncs: readonly object[]) => {
      statements = 0;
      await start(syncs);
      return statements;
    };
    const two = await statementsOf(topics(4, 6));
    // The worker asks now and then what waits, so the count is not exact.
    expect(await statementsOf(topics(1, 21))).toBeLessThan(two + 12);
    expect(unitsOfCost(cost)).toBe(20);
  });
});

describe('a project, its repository and its first sync are one step', () => {
  const create = async (slug: string, source: object) => {
    const { body } = await server.ask(
      `mutation ($input: CreateProjectInput!) { result: createProject(input: $input) {
         ... on CreateProjectSuccess { project { id slug } repository { defaultBranch } sync { branch status } } ... on Error { code } } }`,
      { input: { name: slug, slug, repository: { provider: 'GIT', ...source } } },
    );
    return z
      .object({ data: z.object({ result: z.looseObject({ code: z.string().optional() }) }) })
      .parse(body).data.result;
  };

  test('an address is checked before anything is connected: its source is asked, and nothing is written', async () => {
    const checked =
      'repositoryCheck(provider: GIT, url: $url) { url name defaultBranch isConnected failure { code } enclosingUrl }';
    const check = async (url: string) => {
      const { body } = await server.ask(
        `query ($url: String!) { instance { ${checked} } project(slug: "plans") { ${checked} } }`,
        { url },
      );
      return z.object({ data: z.object({ instance: z.unknown(), project: z.unknown() }) }).parse(body).data;
    };
    const empty = await createRepository();
    const counts = async () => {
      const {
        project,
        repository,
        project_member: members,
        audit_log: log,
      } = await tableCensus(server.database);
      return [project, repository, members, log].map((rows) => rows?.split(' ', 1)[0]);
    };
    const before = await counts();
    const found = { url: at.path, defaultBranch: 'main', failure: null, enclosingUrl: null };
    expect(await check(`${at.path}/`)).toMatchObject({
      instance: { repositoryCheck: { ...found, isConnected: false } },
      project: { repositoryCheck: { ...found, isConnected: true } },
    });
    expect(await check(empty.path)).toMatchObject({
      instance: { repositoryCheck: { url: empty.path, defaultBranch: null, failure: null } },
    });
    for (const [url, code] of [
      ['/nonexistent', 'PATH_NOT_ALLOWED'],
      ['https://127.0.0.1/private.git', 'HOST_NOT_ALLOWED'],
      ['no address', 'INVALID_URL'],
    ] as const)
      expect(await check(url)).toMatchObject({
        instance: { repositoryCheck: { url: null, name: null, failure: { code } } },
        project: { repositoryCheck: { url: null, name: null, failure: { code } } },
      });
    // A folder inside a repository is none, and leads to the one around it.
    mkdirSync(join(at.path, 'a', 'deep'), { recursive: true });
    expect(await check(join(at.path, 'a', 'deep'))).toMatchObject({
      instance: {
        repositoryCheck: { failure: { code: 'REPOSITORY_NOT_FOUND' }, enclosingUrl: at.path },
      },
    });
    expect(await counts()).toEqual(before);
    await empty.remove();
  });

  test('where one of them fails nothing is written, and the next try has the name', async () => {
    const empty = await createRepository();
    const before = await tableCensus(server.database);
    expect(await create('second', { url: '/nonexistent', sync: {} })).toEqual({ code: 'PATH_NOT_ALLOWED' });
    const noSuch = { url: at.path, sync: { branch: 'no-such' } };
    expect(await create('second', noSuch)).toEqual({ code: 'BRANCH_NOT_FOUND' });
    expect(await create('second', { url: empty.path, sync: {} })).toEqual({ code: 'REPOSITORY_EMPTY' });
    expect(await create('plans', { url: at.path, sync: {} })).toEqual({ code: 'SLUG_TAKEN' });
    expect(await tableCensus(server.database)).toEqual(before);
    await empty.remove();
    const token = 'a-token-of-the-test';
    expect(await create('second', { url: at.path, token, sync: { branch: 'topic/00' } })).toMatchObject({
      project: { slug: 'second' },
      repository: { defaultBranch: 'main' },
      sync: { branch: 'topic/00' },
    });
    const entries = await server.database.prisma.auditLog.findMany({ where: { action: 'createProject' } });
    expect(JSON.stringify(entries)).toContain(`"token":"${token.length} characters"`);
  });

  test('a repository whose sync cannot start is not connected to a project that was there', async () => {
    const other = await createRepository();
    other.commit('main', { 'a.md': 'a\n' });
    const { prisma } = server.database;
    const { id } = await prisma.project.findUniqueOrThrow({ where: { slug: 'second' } });
    const { body } = await server.ask(
      'mutation ($input: ConnectRepositoryInput!) { connectRepository(input: $input) { ... on Error { code } } }',
      {
        input: {
          projectId: encodeGlobalID('Project', id),
          provider: 'GIT',
          url: other.path,
          sync: { branch: 'no-such' },
        },
      },
    );
    expect(body).toMatchObject({ data: { connectRepository: { code: 'BRANCH_NOT_FOUND' } } });
    expect(await prisma.repository.count({ where: { projectId: id } })).toBe(1);
    await other.remove();
  });

  test('the name of a project that was removed is free at once', async () => {
    const { id } = await server.database.prisma.project.findUniqueOrThrow({ where: { slug: 'second' } });
    await server.ask('mutation ($id: ID!) { removeProject(input: { projectId: $id }) { __typename } }', {
      id: encodeGlobalID('Project', id),
    });
    expect(await create('second', { url: at.path })).toMatchObject({
      project: { slug: 'second' },
      sync: null,
    });
  });
});
