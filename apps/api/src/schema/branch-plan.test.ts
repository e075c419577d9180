import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';
import { MOST_PLANS } from './plans-in-turn.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let repository: string;

beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', { 'a/one.ts': '1\n', 'b/two.ts': '2\n' });
  const topics = Array.from(
    { length: MOST_PLANS + 1 },
    (_, number) => `topic/${String(number).padStart(2, '0')}`,
  );
  at.git('fetch', '--quiet', '.', ...topics.map((name) => `refs/heads/main:refs/heads/${name}`));
  const connected = await connectRepository(server, { project: 'Plans', path: at.path });
  repository = connected.id;
  await connected.sync();
  // Three branches that changed one folder in the same way.
  at.commit('topic/00', { 'a/one.ts': 'changed\n' });
  for (const name of ['topic/01', 'topic/02']) at.point(name, at.head('topic/00'));
});
afterAll(async () => {
  await server.close();
  await at.remove();
});

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
      `query ($id: ID!) { node(id: $id) { ... on Repository { branches(${args}) { nodes { name plan { commitOid filesModified blobsToFetch bytesToFetch } } } } } }`,
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
  const changed = { filesModified: 1, blobsToFetch: 1 };
  expect(nodes).toMatchObject([
    { name: 'main', plan: { filesModified: 0 } },
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
