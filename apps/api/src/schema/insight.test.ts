import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
const repositories: TestRepository[] = [];

const letter = (day: string, body: string) => ({
  [`.memory/letter_2026-03-${day}.md`]: `# Letter\n\n${body}\n`,
});

/** A project with one repository whose letters have been consolidated. */
async function project(name: string, files: Record<string, string>): Promise<void> {
  const at = await createRepository();
  repositories.push(at);
  at.commit('main', { 'start.md': '# Start\n', ...files });
  const connected = await connectRepository(server, { project: name, path: at.path });
  await connected.sync('main');
}

beforeAll(async () => {
  server = await openTestServer();
  await project('Harbour', {
    ...letter('01', 'Use Redis for sessions. The gateway crashes when the certificate is renewed.'),
    ...letter('02', 'Do not use Kafka for feature flags.'),
  });
  await project('Lighthouse', {
    ...letter('03', 'We decided to use Redis for sessions.'),
    ...letter('04', 'Use Kafka for feature flags.'),
    ...letter('05', 'Run the smoke test before the load test.'),
  });
}, 60_000);
afterAll(async () => {
  await server.close();
  for (const at of repositories) await at.remove();
});

const other = z.object({ detail: z.string(), isLeading: z.boolean() });
const insight = other.extend({
  id: z.string(),
  category: z.string(),
  frequency: z.number(),
  isModelWritten: z.boolean(),
  writtenAt: z.string(),
  evidence: z.array(
    z.object({
      quote: z.string(),
      at: z.string(),
      entry: z.object({ content: z.string(), path: z.string().nullable() }),
    }),
  ),
  pairedWith: z.array(other),
  contradicts: z.array(other),
});
const answer = z.object({
  data: z.object({
    project: z.object({
      insights: z.object({
        totalCount: z.number(),
        nodes: z.array(insight),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    }),
  }),
});

const fields =
  'id detail category frequency isModelWritten writtenAt isLeading evidence { quote at entry { content path } } pairedWith { detail isLeading } contradicts { detail isLeading }';

async function insights(slug: string, args = 'first: 50', key: string = server.key) {
  const { body } = await server.ask(
    `query ($slug: String!) { project(slug: $slug) { insights(${args}) { totalCount nodes { ${fields} } pageInfo { hasNextPage endCursor } } } }`,
    { slug },
    key,
  );
  return answer.parse(body).data.project.insights;
}

const named = async (slug: string, detail: string, key?: string) =>
  (await insights(slug, 'first: 50', key)).nodes.find((one) => one.detail === detail);

/** A key that is bound to one project: it sees no other. */
async function boundKey(slug: string): Promise<string> {
  const { body } = await server.ask('query ($slug: String!) { project(slug: $slug) { id } }', { slug });
  const { id } = z.object({ data: z.object({ project: z.object({ id: z.string() }) }) }).parse(body)
    .data.project;
  const made = await server.ask(
    'mutation ($p: ID!) { createApiKey(input: { name: "bound", scopes: [READ], projectId: $p }) { ... on CreateApiKeySuccess { key } } }',
    { p: id },
  );
  const key = z.object({ data: z.object({ createApiKey: z.object({ key: z.string() }) }) });
  return key.parse(made.body).data.createApiKey.key;
}

test('an insight quotes its letters exactly, and those of other projects that the viewer may see', async () => {
  const found = await named('harbour', 'Use Redis for sessions.');
  expect(found).toMatchObject({ frequency: 2, isModelWritten: false, writtenAt: '2026-03-01T00:00:00.000Z' });
  expect(found?.evidence.map(({ quote }) => quote)).toEqual([
    'Use Redis for sessions.',
    'We decided to use Redis for sessions.',
  ]);
  for (const { quote, entry } of found?.evidence ?? []) expect(entry.content).toContain(quote);
});

test('what the viewer may not read is neither counted nor quoted, nor does it contradict', async () => {
  const key = await boundKey('harbour');
  const all = await insights('harbour', 'first: 50', key);
  expect(all.nodes.map(({ detail }) => detail).toSorted()).toEqual([
    'Do not use Kafka for feature flags.',
    'The gateway crashes when the certificate is renewed.',
    'Use Redis for sessions.',
  ]);
  for (const { frequency, evidence, contradicts, pairedWith, isLeading } of all.nodes)
    expect({ frequency, quotes: evidence.length, contradicts, pairedWith, isLeading }).toEqual({
      frequency: 1,
      quotes: 1,
      contradicts: [],
      pairedWith: [],
      isLeading: true,
    });
});

test('contradictions stay apart as a pair, and the later one leads', async () => {
  const earlier = await named('harbour', 'Do not use Kafka for feature flags.');
  expect(earlier).toMatchObject({ isLeading: false, frequency: 1 });
  expect(earlier?.contradicts).toEqual([{ detail: 'Use Kafka for feature flags.', isLeading: true }]);
  const later = await named('lighthouse', 'Use Kafka for feature flags.');
  expect(later?.isLeading).toBe(true);
  expect(later?.contradicts.map(({ detail }) => detail)).toEqual(['Do not use Kafka for feature flags.']);
});

test('insights are listed latest first, by category and page by page, and read by their ids', async () => {
  const all = await insights('lighthouse');
  expect(all.nodes.map(({ detail }) => detail)).toEqual([
    'Run the smoke test before the load test.',
    'Use Kafka for feature flags.',
    'We decided to use Redis for sessions.',
  ]);
  const paged: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const page = await insights('lighthouse', `first: 1${after === null ? '' : `, after: "${after}"`}`);
    paged.push(...page.nodes.map(({ id }) => id));
    [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
  }
  expect(paged).toEqual(all.nodes.map(({ id }) => id));
  const pains = await insights('harbour', 'categories: ["pain", "no such one"]');
  expect(pains).toMatchObject({ totalCount: 1, nodes: [{ category: 'pain' }] });
  const { body } = await server.ask('query ($id: ID!) { node(id: $id) { ... on Insight { detail } } }', {
    id: paged[0],
  });
  expect(body).toMatchObject({ data: { node: { detail: 'Run the smoke test before the load test.' } } });
});

test('search finds an insight by its words', async () => {
  const { body } = await server.ask(
    '{ project(slug: "harbour") { search(query: "certificate", kinds: [INSIGHT]) { nodes { entry { kind content } } } } }',
  );
  expect(body).toMatchObject({
    data: {
      project: {
        search: {
          nodes: [
            { entry: { kind: 'INSIGHT', content: 'The gateway crashes when the certificate is renewed.' } },
          ],
        },
      },
    },
  });
});
