import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { localId } from '../graphql/ids.ts';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let project = '';
let repositoryId = '';
const syncs: string[] = [];

const rules = '# Rules\n\nWrite tests.\n';

beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', { 'house/rules.md': rules });
  const repository = await connectRepository(server, { project: 'Papers', path: at.path });
  syncs.push(await repository.sync());
  at.commit('main', { 'house/rules.md': rules.replace('tests', 'more tests') });
  syncs.push(await repository.sync());
  const answer = z
    .object({
      data: z.object({
        project: z.object({
          id: z.string(),
          repositories: z.object({ nodes: z.array(z.object({ id: z.string() })) }),
        }),
      }),
    })
    .parse((await server.ask('{ project(slug: "papers") { id repositories { nodes { id } } } }')).body);
  project = answer.data.project.id;
  repositoryId = answer.data.project.repositories.nodes[0]?.id ?? '';
  // The file as a document of the branch: one row for each of its two versions.
  await server.database.system.execute(
    `INSERT INTO document (project_id, id, kind, title, path, scope, oid, authority, sources, repository_id, branch_id, added, superseded,
                           superseded_at, citations, sync_id)
     SELECT f.project_id, gen_random_uuid(), 'REPOSITORY', 'Rules', 'house/rules.md', '{src}', f.oid, 'GUIDELINE', '{house/rules.md}',
            b.repository_id, f.branch_id, f.added, f.superseded, CASE WHEN f.superseded IS NOT NULL THEN now() END,
            '[{"path": "house/rules.md", "startLine": 1, "endLine": 3}]', s.id
       FROM repository_file f JOIN branch b ON b.project_id = f.project_id AND b.id = f.branch_id
       JOIN project_sync s ON s.project_id = f.project_id AND s.branch_id = f.branch_id AND s.number = f.added
      WHERE f.project_id = $1 AND f.path = 'house/rules.md'::bytea`,
    [localId(project, 'Project')],
  );
}, 120_000);
afterAll(async () => {
  await server.close();
  await at.remove();
});

/** The data of an answer. */
async function ask(query: string, variables: object = {}): Promise<unknown> {
  return z.object({ data: z.unknown() }).parse((await server.ask(query, variables)).body).data;
}

async function put(input: object): Promise<unknown> {
  return ask(
    'mutation ($input: PutDocumentInput!) { put: putDocument(input: $input) { ... on PutDocumentSuccess { document { id title path scope kind author { name } repository { id } } } ... on Error { code } } }',
    { input: { projectId: project, content: 'x', ...input } },
  );
}
const putId = (answer: unknown): string =>
  z.object({ put: z.object({ document: z.object({ id: z.string() }) }) }).parse(answer).put.document.id;

async function snapshot(sync: number, selection: string): Promise<unknown> {
  const body = await ask(
    `query ($id: ID!) { node(id: $id) { ... on ProjectSync { snapshot { ${selection} } } } }`,
    { id: syncs[sync] },
  );
  return z.object({ node: z.object({ snapshot: z.unknown() }) }).parse(body).node.snapshot;
}

test('a snapshot has the documents of its branch as its sync left them, with their text from the stored content', async () => {
  const fields =
    'kind title path scope content authority isModelWritten citations { path startLine endLine } writtenBy { id }';
  for (const [index, text] of [rules, rules.replace('tests', 'more tests')].entries())
    expect(
      await snapshot(index, `documents(kinds: [REPOSITORY]) { totalCount nodes { ${fields} } }`),
    ).toEqual({
      documents: {
        totalCount: 1,
        nodes: [
          {
            kind: 'REPOSITORY',
            title: 'Rules',
            path: 'house/rules.md',
            scope: ['src'],
            content: text,
            authority: 'GUIDELINE',
            isModelWritten: false,
            citations: [{ path: 'house/rules.md', startLine: 1, endLine: 3 }],
            writtenBy: { id: syncs[index] },
          },
        ],
      },
    });
  expect(await snapshot(0, 'document(path: "house/rules.md") { content }')).toEqual({
    document: { content: rules },
  });
  expect(await snapshot(0, 'document(path: "AGENTS") { content }')).toEqual({ document: null });
});

test('a document of a user stands at a path or under its title, and is replaced by the next one there', async () => {
  expect(
    await put({
      title: 'Routing',
      path: '/modules/src/router/',
      scope: ['src/router/', 'src/a'],
      repositoryId,
    }),
  ).toMatchObject({
    put: {
      document: {
        kind: 'WRITTEN',
        path: 'modules/src/router',
        scope: ['src/a', 'src/router'],
        repository: { id: repositoryId },
        author: { name: expect.any(String) as string },
      },
    },
  });
  await put({ title: 'More of routing', path: 'modules/src/router', repositoryId });
  await put({ title: 'Everywhere', path: 'modules/src/router' });
  await put({ title: 'Titled' });
  await put({ title: 'Titled', content: 'y' });
  expect(await snapshot(1, 'documents(kinds: [WRITTEN]) { nodes { title path content } }')).toEqual({
    documents: {
      nodes: [
        { title: 'Titled', path: null, content: 'y' },
        { title: 'Everywhere', path: 'modules/src/router', content: 'x' },
        { title: 'More of routing', path: 'modules/src/router', content: 'x' },
      ],
    },
  });
  expect(await snapshot(1, 'documents(path: "modules/src") { totalCount }')).toEqual({
    documents: { totalCount: 2 },
  });
  expect(await snapshot(1, 'documents(path: "modules/s") { totalCount }')).toEqual({
    documents: { totalCount: 0 },
  });
  expect(await snapshot(1, 'documents(authority: [MANDATORY]) { totalCount }')).toEqual({
    documents: { totalCount: 0 },
  });
  expect(await ask('{ project(slug: "papers") { documents { totalCount } } }')).toEqual({
    project: { documents: { totalCount: 3 } },
  });
});

test('a removed document leaves the lists and is still found by its ID; a file of the repository stays', async () => {
  const remove = (documentId: unknown) =>
    ask(
      'mutation ($input: RemoveDocumentInput!) { gone: removeDocument(input: $input) { ... on RemoveDocumentSuccess { document { title } } ... on Error { code } } }',
      { input: { documentId } },
    );
  const id = putId(await put({ title: 'Short-lived' }));
  for (let time = 0; time < 2; time += 1)
    expect(await remove(id)).toEqual({ gone: { document: { title: 'Short-lived' } } });
  expect(await ask('query ($id: ID!) { node(id: $id) { ... on Document { title } } }', { id })).toEqual({
    node: { title: 'Short-lived' },
  });
  expect(JSON.stringify(await snapshot(1, 'documents { nodes { title } }'))).not.toContain('Short-lived');
  const file = z
    .object({ document: z.object({ id: z.string() }) })
    .parse(await snapshot(1, 'document(path: "house/rules.md") { id }')).document.id;
  expect(await remove(file)).toEqual({ gone: { code: 'DOCUMENT_NOT_WRITTEN' } });
  expect(await remove('nothing')).toEqual({ gone: { code: 'DOCUMENT_NOT_FOUND' } });
});

test.each([
  [{ path: 'a//b' }, 'INVALID_PATH'],
  [{ path: '../a' }, 'INVALID_PATH'],
  [{ path: 'a'.repeat(1001) }, 'INVALID_PATH'],
  [{ scope: ['src', 'a/./b'] }, 'INVALID_PATH'],
  [{ scope: Array.from({ length: 101 }, (_, index) => `f${index}`) }, 'INVALID_PATH'],
  [{ repositoryId: 'nothing' }, 'REPOSITORY_NOT_FOUND'],
])('a document with %j is refused', async (input, code) => {
  expect(await put({ title: 'Refused', ...input })).toEqual({ put: { code } });
});
