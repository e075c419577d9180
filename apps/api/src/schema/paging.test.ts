import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDocuments, addSyncs, fillPages, pagedIds as ids } from '../testing/fill-pages.ts';
import { openTestServer } from '../testing/open-test-server.ts';
import { at_ } from '../testing/real-world.ts';
import { encodeGlobalID } from '../graphql/ids.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let owner: string;

beforeAll(async () => {
  server = await openTestServer();
  owner = await fillPages(server.database);
});
afterAll(() => server.close());

const ask = async (query: string, variables: object = {}) => (await server.ask(query, variables)).body;
const codeOf = async (query: string, variables: object = {}) => {
  const body = await ask(query, variables);
  return at_(body, 'errors.0.extensions.code') ?? at_(body, 'data');
};
const list = (name: string, args: string) =>
  `query($after: String, $first: Int) { project(slug: "harbour") { list: ${name}(first: $first, after: $after ${args}) { pageInfo { hasNextPage endCursor } nodes { id } } } }`;

/** Pages through a list to its end, with something done between its pages. */
async function allOf(
  query: string,
  first: number,
  between: (page: number) => Promise<void>,
): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let [after, page]: [unknown, number] = [null, 0]; page < 50; page += 1) {
    const answer = at_(await ask(query, { after, first }), 'data.project.list');
    const nodes = at_(answer, 'nodes');
    if (!Array.isArray(nodes)) throw new Error(JSON.stringify(await ask(query, { after, first })));
    seen.push(...nodes.map((node) => at_(node, 'id')));
    if (at_(answer, 'pageInfo.hasNextPage') !== true) return seen;
    after = at_(answer, 'pageInfo.endCursor');
    await between(page);
  }
  throw new Error('The list has no end.');
}

describe('a list that grows while it is read', () => {
  const grown: Record<string, [query: string, grow: (page: number) => Promise<void>]> = {
    'newest first, many of one instant': [
      list('syncs', ''),
      () => addSyncs(server.database, ids.project, { count: 3, at: `now() + interval '1 minute'` }),
    ],
    'by title, with new ones before and behind': [
      list('documents', ''),
      (page) =>
        addDocuments(server.database, ids.project, [
          `a-${page}`,
          `m${String(page * 4).padStart(2, '0')}-${page}`,
          `z-${page}`,
        ]),
    ],
  };
  test.each(Object.entries(grown))(
    '%s: none twice, and none missing of those there at the start',
    async (_name, [query, grow]) => {
      const start = await allOf(query, 100, () => Promise.resolve());
      expect(start.length).toBeGreaterThanOrEqual(25);
      const seen = await allOf(query, 4, grow);
      expect(new Set(seen).size).toBe(seen.length);
      expect(new Set(seen)).toEqual(new Set([...seen, ...start]));
    },
  );
});

describe('what a page cannot be', () => {
  const fields = [
    ['projects', 'query($a: Int, $c: String) { projects(first: $a, after: $c) { nodes { id } } }'],
    ...['repositories', 'syncs', 'patterns', 'documents'].map((name) => [
      `Project.${name}`,
      `query($a: Int, $c: String) { project(slug: "harbour") { ${name}(first: $a, after: $c) { nodes { id } } } }`,
    ]),
    [
      'Project.search',
      'query($a: Int, $c: String) { project(slug: "harbour") { search(query: "x", first: $a, after: $c) { nodes { score } } } }',
    ],
    ...['files', 'memory'].map((name) => [
      `Snapshot.${name}`,
      `query($s: ID!, $a: Int, $c: String) { node(id: $s) { ... on ProjectSync { snapshot { ${name}(first: $a, after: $c) { nodes { id } } } } } }`,
    ]),
    [
      'Snapshot.changesSince',
      'query($s: ID!, $a: Int, $c: String) { node(id: $s) { ... on ProjectSync { snapshot { changesSince(syncId: $s, first: $a, after: $c) { nodes { path } } } } } }',
    ],
    [
      'ProjectSync.changes',
      'query($s: ID!, $a: Int, $c: String) { node(id: $s) { ... on ProjectSync { changes(first: $a, after: $c) { nodes { path } } } } }',
    ],
    [
      'Repository.branches',
      'query($r: ID!, $a: Int, $c: String) { node(id: $r) { ... on Repository { branches(first: $a, after: $c) { nodes { name } } } } }',
    ],
    [
      'Repository.keptBranches',
      'query($r: ID!, $a: Int, $c: String) { node(id: $r) { ... on Repository { keptBranches(first: $a, after: $c) { nodes { name } } } } }',
    ],
    [
      'Repository.syncs',
      'query($r: ID!, $a: Int, $c: String) { node(id: $r) { ... on Repository { syncs(first: $a, after: $c) { nodes { id } } } } }',
    ],
  ].map(([name = '', query = '']) => [name, query] as const);
  const known = () => ({
    s: encodeGlobalID('ProjectSync', `${ids.project}:${ids.sync}`),
    r: encodeGlobalID('Repository', `${ids.project}:${ids.repository}`),
  });

  test.each(fields)('%s', async (name, query) => {
    for (const a of [101, -1, 2 ** 31 - 1])
      expect(await codeOf(query, { ...known(), a }), String(a)).toMatch(/^(PAGE_TOO_LARGE|BAD_USER_INPUT)$/);
    if (name !== 'Repository.branches')
      expect(await codeOf(query, { ...known(), a: 0 })).toBeTypeOf('object');
    const rubbish = [
      '',
      'x',
      'null',
      'R1BDOk46MQ==',
      Buffer.from('GPC:J:["a","b"]').toString('base64'),
      Buffer.from('c2:AAAAAAAA:1').toString('base64url'),
      '\0',
      '💥',
    ];
    for (const c of rubbish)
      expect(await codeOf(query, { ...known(), c }), c).toMatch(/^BAD_(CURSOR|USER_INPUT)$/);
  });

  test('a cursor of another list of the same kind is refused, or leads nowhere', async () => {
    const files = fields.find(([name]) => name === 'Snapshot.files')?.[1] ?? '';
    const since = fields.find(([name]) => name === 'Snapshot.changesSince')?.[1] ?? '';
    const answer = await ask(files.replace('nodes { id }', 'pageInfo { endCursor } nodes { id }'), {
      ...known(),
      a: 3,
    });
    const c = at_(answer, 'data.node.snapshot.files.pageInfo.endCursor');
    expect(c).toBeTypeOf('string');
    expect(await codeOf(files, { ...known(), c })).toBeTypeOf('object');
    expect(await codeOf(since, { ...known(), c })).toBe('BAD_CURSOR');
    // A row of another project is no row of this list, whether the viewer may see it or not.
    for (const id of [ids.other, ids.foreign]) {
      const [row] = await server.database.system.query<{ id: string }>(
        'SELECT id FROM project_sync WHERE project_id = $1 LIMIT 1',
        [id],
      );
      const after = Buffer.from(`GPC:T:${JSON.stringify([`S:${id}`, `S:${row?.id ?? ''}`])}`).toString(
        'base64',
      );
      const page = await ask(list('syncs', ''), { after, first: 100 });
      expect(at_(page, 'errors')).toBeUndefined();
      const own = new Set(await allOf(list('syncs', ''), 100, () => Promise.resolve()));
      const nodes = at_(page, 'data.project.list.nodes');
      expect(Array.isArray(nodes) && nodes.every((node) => own.has(at_(node, 'id')))).toBe(true);
    }
  });
});

describe('texts that no database holds', () => {
  const words = [
    '\0',
    'a\0b',
    '\ud800',
    'a\udc00b',
    '__proto__',
    'constructor',
    '\u202e',
    '%_\\',
    "'; --",
    '${x}',
    '.',
    '..',
    '/',
    'x'.repeat(5000),
  ];
  const queries: Record<string, string> = {
    project: 'query($w: String!) { project(slug: $w) { id } }',
    projects: 'query($w: String!) { projects(query: $w) { totalCount nodes { id } } }',
    search:
      'query($w: String!) { project(slug: "harbour") { search(query: $w, pathPrefix: $w) { nodes { score } } } }',
    file: 'query($w: String!, $s: ID!) { node(id: $s) { ... on ProjectSync { snapshot { file(path: $w) { id } tree(path: $w) { name } files(pathPrefix: $w) { totalCount nodes { id } } memory(path: $w) { totalCount nodes { id } } } } } }',
    syncs:
      'query($w: String!, $r: ID!) { node(id: $r) { ... on Repository { syncs(branch: $w) { totalCount nodes { id } } } } }',
    node: 'query($w: ID!) { node(id: $w) { id } }',
    nodes: 'query($w: ID!) { nodes(ids: [$w, $w]) { id } }',
    note: 'mutation($w: String!, $p: ID!) { addNote(input: { projectId: $p, title: $w, content: $w }) { __typename ... on AddNoteSuccess { entry { title content } } ... on Error { code } } }',
    document:
      'mutation($w: String!, $p: ID!) { putDocument(input: { projectId: $p, title: $w, content: $w }) { __typename ... on PutDocumentSuccess { document { title content } } ... on Error { code } } }',
    rename:
      'mutation($w: String!, $p: ID!) { updateProject(input: { projectId: $p, name: $w, description: $w }) { __typename ... on Error { code } } }',
    create:
      'mutation($w: String!) { createProject(input: { name: $w, description: $w }) { __typename ... on Error { code } } }',
    invite:
      'mutation($w: String!, $p: ID!) { inviteMember(input: { projectId: $p, email: $w, role: VIEWER }) { __typename ... on Error { code } } }',
    key: 'mutation($w: String!) { createApiKey(input: { name: $w, scopes: [READ] }) { __typename ... on Error { code } } }',
    sync: 'mutation($w: String!, $r: ID!) { startSync(input: { repositoryId: $r, branch: $w }) { __typename ... on Error { code } } }',
    remove:
      'mutation($w: String!, $r: ID!) { removeBranch(input: { repositoryId: $r, branch: $w }) { __typename ... on Error { code } } }',
    connect:
      'mutation($w: String!, $p: ID!) { connectRepository(input: { projectId: $p, provider: GIT, url: $w, token: $w }) { __typename ... on Error { code } } }',
  };
  test.each(Object.entries(queries))('%s is answered whatever stands in it', async (_name, query) => {
    const known = {
      p: encodeGlobalID('Project', ids.project),
      s: encodeGlobalID('ProjectSync', `${ids.project}:${ids.sync}`),
      r: encodeGlobalID('Repository', `${ids.project}:${ids.repository}`),
    };
    for (const w of words) {
      const { status, body } = await server.ask(query, { ...known, w });
      expect(status, JSON.stringify(w)).toBeLessThan(500);
      expect(JSON.stringify(body), JSON.stringify(w)).not.toContain('INTERNAL');
    }
  });

  test('a body with keys of the language, or one key twice, is taken by its last word or refused', async () => {
    const bodies = [
      '{"query":"query($w: String!) { project(slug: $w) { slug } }","variables":{"w":"nowhere","w":"harbour","__proto__":{"w":"x"}}}',
      '{"query":"{ nothing }","query":"{ project(slug: \\"harbour\\") { slug } }"}',
      '{"query":"{ project(slug: \\"harbour\\") { slug } }","__proto__":{"query":"{ nothing }"},"constructor":1}',
    ];
    for (const body of bodies) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
        body,
      });
      expect(response.status).toBeLessThan(500);
      const answer: unknown = await response.json();
      if (response.status === 200) expect(at_(answer, 'data.project.slug')).toBe('harbour');
    }
  });
});

test('an id of another tenant is answered as one that never was', async () => {
  const asked: Record<string, string> = {
    'ProjectSync cancel':
      'mutation($id: ID!) { cancelSync(input: { syncId: $id }) { __typename ... on Error { code message } } }',
    'ProjectSync restore':
      'mutation($id: ID!) { restoreMemory(input: { syncId: $id }) { __typename ... on Error { code message } } }',
    'ProjectSync node': 'query($id: ID!) { node(id: $id) { id } }',
    'ProjectSync since':
      'query($id: ID!) { project(slug: "harbour") { search(query: "x", asOf: $id) { nodes { score } } } }',
    'Repository sync':
      'mutation($id: ID!) { startSync(input: { repositoryId: $id }) { __typename ... on Error { code message } } }',
    'Repository remove':
      'mutation($id: ID!) { removeRepository(input: { repositoryId: $id }) { __typename ... on Error { code message } } }',
    'Repository removeBranch':
      'mutation($id: ID!) { removeBranch(input: { repositoryId: $id, branch: "main" }) { __typename ... on Error { code message } } }',
    'Repository node': 'query($id: ID!) { node(id: $id) { id } }',
  };
  for (const [name, query] of Object.entries(asked)) {
    const type = name.split(' ')[0] ?? '';
    const [own] = await server.database.system.query<{ id: string }>(
      'SELECT id FROM project_sync WHERE project_id = $1 LIMIT 1',
      [ids.foreign],
    );
    const local = type === 'ProjectSync' ? (own?.id ?? '') : ids.repository;
    const theirs = await ask(query, { id: encodeGlobalID(type, `${ids.foreign}:${local}`) });
    const nobodys = await ask(query, { id: encodeGlobalID(type, `${randomUUID()}:${randomUUID()}`) });
    expect(theirs, name).toEqual(nobodys);
  }
});

test('the syncs of a removed branch are hidden while their rows wait for the purge', async () => {
  const query =
    '{ project(slug: "lighthouse") { syncs { totalCount nodes { branch } } repositories { nodes { syncs { totalCount } } } } }';
  const seen = async () => {
    const { body } = await server.ask(query);
    return JSON.stringify(body);
  };
  expect(await seen()).toContain('"branch":"main"');
  await server.database.system.execute(
    `UPDATE branch SET removed_at = now(), name = name || ' removed x' WHERE project_id = $1`,
    [ids.other],
  );
  expect(await seen()).toContain('"syncs":{"totalCount":0,"nodes":[]}');
  expect(await seen()).toContain('"nodes":[{"syncs":{"totalCount":0}}]');
});

describe('changesSince', () => {
  const since = (syncId: string) =>
    codeOf(
      'query($s: ID!, $since: ID!) { node(id: $s) { ... on ProjectSync { snapshot { changesSince(syncId: $since, first: 2) { totalCount } } } } }',
      { s: encodeGlobalID('ProjectSync', `${ids.project}:${ids.sync}`), since: syncId },
    );

  test('refuses an unknown sync, and one of another project in the same way', async () => {
    const [theirs] = await server.database.system.query<{ id: string }>(
      'SELECT id FROM project_sync WHERE project_id = $1 LIMIT 1',
      [ids.other],
    );
    for (const id of [
      'abc',
      '',
      encodeGlobalID('Project', ids.project),
      encodeGlobalID('ProjectSync', `${ids.project}:${randomUUID()}`),
      encodeGlobalID('ProjectSync', `${ids.other}:${theirs?.id ?? ''}`),
      encodeGlobalID('ProjectSync', `${ids.project}:${theirs?.id ?? ''}`),
    ])
      expect(await since(id), id).toBe('SYNC_NOT_FOUND');
  });

  test('refuses a sync that left no snapshot', async () => {
    const [unfinished] = await server.database.system.query<{ id: string }>(
      'SELECT id FROM project_sync WHERE project_id = $1 AND number IS NULL LIMIT 1',
      [ids.project],
    );
    expect(await since(encodeGlobalID('ProjectSync', `${ids.project}:${unfinished?.id ?? ''}`))).toBe(
      'SYNC_NOT_FINALIZED',
    );
  });
});

test('projects are listed newest first by the time of their creation, whatever their ids are', async () => {
  const made = ['a', 'f', '5', '0', 'c'].map((digit, index) => ({
    id: `${digit.repeat(8)}-0000-4000-8000-000000000000`,
    slug: `ordered-${index}`,
  }));
  for (const [index, { id, slug }] of made.entries()) {
    await server.database.system.execute(
      `INSERT INTO project (id, slug, name, created_at) VALUES ($1, $2, $2, now() + $3 * interval '1 minute')`,
      [id, slug, index],
    );
    await server.database.system.execute(
      `INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'OWNER')`,
      [id, owner],
    );
  }
  const page = (args: string) =>
    ask(`{ projects(query: "ordered-", ${args}) { nodes { slug } pageInfo { endCursor startCursor } } }`);
  const slugs = (answer: unknown) => {
    const nodes = at_(answer, 'data.projects.nodes');
    return Array.isArray(nodes) ? nodes.map((node) => at_(node, 'slug')) : nodes;
  };
  expect(slugs(await page('first: 10'))).toEqual(made.map(({ slug }) => slug).reverse());
  const first = await page('first: 2');
  const second = await page(`first: 2, after: "${String(at_(first, 'data.projects.pageInfo.endCursor'))}"`);
  expect([slugs(first), slugs(second)]).toEqual([
    ['ordered-4', 'ordered-3'],
    ['ordered-2', 'ordered-1'],
  ]);
  const before = `last: 2, before: "${String(at_(second, 'data.projects.pageInfo.startCursor'))}"`;
  expect(slugs(await page(before))).toEqual(['ordered-4', 'ordered-3']);
});
