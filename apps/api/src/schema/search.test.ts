import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestServer } from '../testing/open-test-server.ts';

type Server = Awaited<ReturnType<typeof openTestServer>>;
let server: Server;
const repositories: TestRepository[] = [];
const ids: string[] = [];

const read = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((inner, key) => (inner instanceof Object ? Reflect.get(inner, key) : undefined), value);

async function ask(query: string, variables: object = {}): Promise<unknown> {
  const { body } = await server.ask(query, variables, server.key);
  return body;
}

async function connect(project: unknown, name: string, files: Record<string, string>): Promise<void> {
  const at = await createRepository({ name });
  repositories.push(at);
  at.commit('main', files);
  const connected = await ask(
    'mutation($p: ID!, $u: String!) { connectRepository(input: { projectId: $p, provider: GIT, url: $u }) { ... on ConnectRepositorySuccess { repository { id } } ... on Error { message } } }',
    { p: project, u: at.path },
  );
  const id = String(read(connected, 'data.connectRepository.repository.id'));
  ids.push(id);
  const started = await ask(
    'mutation($r: ID!) { startSync(input: { repositoryId: $r }) { ... on StartSyncSuccess { sync { id } } ... on Error { message } } }',
    { r: id },
  );
  await server.follow('subscription($s: ID!) { syncProgress(syncId: $s) { sequence } }', {
    s: read(started, 'data.startSync.sync.id'),
  });
}

beforeAll(async () => {
  server = await openTestServer();
  const created = await ask(
    'mutation { createProject(input: { name: "Quay", slug: "quay" }) { ... on CreateProjectSuccess { project { id } } ... on Error { message } } }',
  );
  const project = read(created, 'data.createProject.project.id');
  await connect(project, 'quay', {
    'src/crane.ts':
      '// A crane.\n\nexport function liftContainer(weight: number): number {\n  return weight * 2;\n}\n',
    'src/crane.test.ts': "test('lifts a container', () => liftContainer(2));\n",
  });
  await connect(project, 'yard', { 'yard.py': 'def store_container(weight):\n    return weight\n' });
});
afterAll(async () => {
  for (const at of repositories) await at.remove();
  await server.close();
});

const fields =
  'totalCount isTotalExact nearestOnly facets { repositories { value count } languages { value count } kinds { value count } folders { value count } } nodes { reasons snippet snippetStartLine highlights { start end } alsoAt repository { id } entry { path } }';
const search = async (args: string, variables: object = {}) => {
  const declared = args.includes('$ids') ? '($ids: [ID!])' : '';
  const body = await ask(
    `query${declared} { project(slug: "quay") { search(${args}) { ${fields} } } }`,
    variables,
  );
  return { body, found: read(body, 'data.project.search') };
};
const paths = (found: unknown): unknown[] => {
  const nodes = read(found, 'nodes');
  return Array.isArray(nodes) ? nodes.map((node) => read(node, 'entry.path')) : [];
};

describe('a search', () => {
  test('looks through every repository of the project, or through those that are named', async () => {
    expect(paths((await search('query: "container"')).found)).toEqual(
      expect.arrayContaining(['src/crane.ts', 'yard.py']),
    );
    const { found } = await search('query: "container", repositoryIds: $ids', { ids: [ids[1]] });
    // The pages that the sync wrote about it have no path.
    expect(paths(found)).toEqual(['yard.py', null, null]);
    for (const index of [0, 1, 2]) expect(read(found, `nodes.${index}.repository.id`)).toBe(ids[1]);
    expect(paths((await search('query: "container", repositoryIds: $ids', { ids: [] })).found)).toEqual([]);
  });

  test('says why and where, and marks what matches', async () => {
    const { found } = await search('query: "lift_container", mode: KEYWORD');
    const hit = read(found, 'nodes.0');
    expect(hit).toMatchObject({
      entry: { path: 'src/crane.ts' },
      reasons: expect.arrayContaining(['SYMBOL']) as unknown,
    });
    const snippet = String(read(hit, 'snippet'));
    const [line = ''] = snippet.split('\n');
    expect(line).toBe('export function liftContainer(weight: number): number {');
    expect(read(hit, 'snippetStartLine')).toBe(3);
    const [start, end] = ['start', 'end'].map((edge) => Number(read(hit, `highlights.0.${edge}`)));
    expect(snippet.slice(start, end)).toBe('liftContainer');
  });

  test('leaves tests out, or takes nothing else', async () => {
    expect(paths((await search('query: "lift container", tests: EXCLUDE')).found)).not.toContain(
      'src/crane.test.ts',
    );
    expect(paths((await search('query: "lift container", tests: ONLY')).found)).toEqual([
      'src/crane.test.ts',
    ]);
    expect(paths((await search('query: "container", languages: ["python"]')).found)).toEqual(['yard.py']);
  });

  test('counts what all hits have in common', async () => {
    const { found } = await search('query: "container", mode: KEYWORD, first: 1');
    expect(found).toMatchObject({ isTotalExact: true, nearestOnly: false });
    expect(read(found, 'facets.languages')).toContainEqual({ value: 'python', count: 1 });
  });

  test.each(['path:', 'sym:', '/(a+)+\\\\1/'])('refuses %s in words', async (query) => {
    const { body } = await search(`query: "${query}"`);
    expect(read(body, 'errors.0.extensions.code')).toBe('BAD_USER_INPUT');
    expect(String(read(body, 'errors.0.message'))).toMatch(/needs a value|cannot be used/);
  });
});
