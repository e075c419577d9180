import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let sync = '';
let repositoryId = '';

beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', {
    'AGENTS.md': '# House\n\nName a berth by its number.\n',
    'src/harbour.ts':
      'export function openHarbour(berths: number): string {\n  return `open with ${berths}`;\n}\n',
  });
  const repository = await connectRepository(server, { project: 'Harbour', path: at.path });
  sync = await repository.sync();
  const answer = z
    .object({
      data: z.object({
        project: z.object({ repositories: z.object({ nodes: z.array(z.object({ id: z.string() })) }) }),
      }),
    })
    .parse((await server.ask('{ project(slug: "harbour") { repositories { nodes { id } } } }')).body);
  repositoryId = answer.data.project.repositories.nodes[0]?.id ?? '';
}, 120_000);
afterAll(async () => {
  await server.close();
  await at.remove();
});

const fields =
  'text tokens tokenizer commitOid commitsBehind omitted rules { path authority } documents { path } passages { snippet entry { path } }';

async function ask(variables: object): Promise<unknown> {
  const query = `query ($id: ID!, $task: String!, $paths: [String!], $maxTokens: Int) {
    node(id: $id) { ... on ProjectSync { snapshot { context(task: $task, paths: $paths, maxTokens: $maxTokens) { ${fields} } } } } }`;
  return (await server.ask(query, { id: sync, ...variables })).body;
}
async function context(variables: object): Promise<unknown> {
  return z
    .object({ data: z.object({ node: z.object({ snapshot: z.object({ context: z.unknown() }) }) }) })
    .parse(await ask(variables)).data.node.snapshot.context;
}
async function refusal(variables: object): Promise<string> {
  const answer = z.object({ errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })) });
  return answer.parse(await ask(variables)).errors[0]?.extensions.code ?? '';
}
async function decide(authority: string | null, path = 'AGENTS.md'): Promise<unknown> {
  const answer = await server.ask(
    'mutation ($input: DecideRuleInput!) { decideRule(input: $input) { ... on DecideRuleSuccess { documents { path authority } } ... on Error { code } } }',
    { input: { repositoryId, branch: 'main', path, authority } },
  );
  return z.object({ data: z.object({ decideRule: z.unknown() }) }).parse(answer.body).data.decideRule;
}

test('a context has its text, its tokens and what stands in it, and is the same each time', async () => {
  const task = 'openHarbour gives the wrong number of berths';
  const once = await context({ task });
  expect(once).toMatchObject({
    tokenizer: 'o200k_base',
    commitOid: at.head('main'),
    commitsBehind: 0,
    rules: [],
    documents: expect.arrayContaining([{ path: 'AGENTS.md' }]) as unknown,
    passages: [{ entry: { path: 'src/harbour.ts' } }],
  });
  expect(await context({ task })).toEqual(once);
});

test('a decision makes a rule binding, and withdrawing it makes it a guideline again', async () => {
  expect(await decide('MANDATORY')).toEqual({ documents: [{ path: 'AGENTS.md', authority: 'MANDATORY' }] });
  expect(await context({ task: 'harbour' })).toMatchObject({
    rules: [{ path: 'AGENTS.md', authority: 'MANDATORY' }],
  });
  expect(await refusal({ task: 'harbour', maxTokens: 50 })).toBe('CONTEXT_BUDGET_TOO_SMALL');
  expect(await decide(null)).toEqual({ documents: [{ path: 'AGENTS.md', authority: 'GUIDELINE' }] });
  expect(await decide('MANDATORY', '../AGENTS.md')).toEqual({ code: 'INVALID_PATH' });
  expect(await decide('MANDATORY', '/')).toEqual({ code: 'INVALID_PATH' });
});

describe('a question that cannot be answered', () => {
  test.each([
    ['an empty task', { task: ' \n' }, 'BAD_USER_INPUT'],
    ['a budget of nothing', { task: 'x', maxTokens: 0 }, 'BAD_USER_INPUT'],
    ['a negative budget', { task: 'x', maxTokens: -8000 }, 'BAD_USER_INPUT'],
    ['a budget that holds nothing', { task: 'x', maxTokens: 3 }, 'CONTEXT_BUDGET_TOO_SMALL'],
    ['a task too long to read', { task: 'x '.repeat(60_000) }, 'QUESTION_TOO_LONG'],
    ['a path out of the repository', { task: 'x', paths: ['../../etc/passwd'] }, 'BAD_USER_INPUT'],
    ['too many paths', { task: 'x', paths: Array.from({ length: 201 }, String) }, 'BAD_USER_INPUT'],
  ])('is refused by a stable code: %s', async (_name, variables, code) => {
    expect(await refusal(variables)).toBe(code);
  });
  test('is none where a path is unknown or a budget is huge', async () => {
    const huge = { task: 'open the harbour', paths: ['no/such/file.ts', ''], maxTokens: 2_147_483_647 };
    expect(await context(huge)).toMatchObject({ rules: [], omitted: 0 });
  });
});
