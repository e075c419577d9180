import { rm } from 'node:fs/promises';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let repository: string;

beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', { 'a.md': '# First\n' });
  at.commit('work', { 'own.md': '# Own\n' }, { from: at.head('main') });
  const connected = await connectRepository(server, { project: 'Kept', path: at.path });
  repository = connected.id;
  // One sync of `work`, then 21 of `main`.
  await connected.sync('work');
  for (let index = 0; index < 21; index += 1) {
    at.commit('main', { 'a.md': `# Change ${index}\n` });
    await connected.sync('main');
  }
}, 120_000);
afterAll(async () => {
  await server.close();
  await at.remove();
});

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

test('the stored branches are listed when the source is gone', async () => {
  const before = await kept(stored);
  await rm(at.path, { recursive: true, force: true });
  expect(await kept(stored)).toEqual(before);
  expect(await kept('nodes { headOid }')).toMatchObject({
    errors: Array.from({ length: 2 }, () => ({ extensions: { code: 'PATH_NOT_ALLOWED' } })),
  });
});
