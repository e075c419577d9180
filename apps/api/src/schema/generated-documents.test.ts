import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let project = '';
let additionId = '';
const syncs: string[] = [];

const store = `/** Keeps texts. */
export class Store {
  save(text: string): void {}
}
export function open(): Store {
  return new Store();
}
`;
const manifest = JSON.stringify({ name: 'papers', dependencies: { zod: '1' } }, null, 2);

beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', {
    'package.json': manifest,
    'src/store.ts': store,
    'src/app.ts': "import { open } from './store';\nexport function run() {\n  open();\n}\n",
    'lib/far.ts': 'export const far = 1;\n',
  });
  const repository = await connectRepository(server, { project: 'Papers', path: at.path });
  syncs.push(await repository.sync());
  project = z
    .object({ project: z.object({ id: z.string() }) })
    .parse(await ask('{ project(slug: "papers") { id } }')).project.id;
  additionId = await put('Routes go through `src/app.ts` and `Store.save()`, never `npm run far` or `far`.');
  at.commit('main', {
    'package.json': manifest.replace('zod', 'yup'),
    'src/app.ts': null,
    'src/main.ts': "import { open } from './store';\nexport function run() {\n  open('a');\n}\n",
    'src/store.ts': store.replace('open(): Store', 'open(at?: string): Store').replace('save(', 'keep('),
  });
  syncs.push(await repository.sync());
}, 120_000);
afterAll(async () => {
  await server.close();
  await at.remove();
});

/** The data of an answer. */
async function ask(query: string, variables: object = {}): Promise<unknown> {
  return z.object({ data: z.unknown() }).parse((await server.ask(query, variables)).body).data;
}

async function put(content: string): Promise<string> {
  const answer = await ask(
    'mutation ($input: PutDocumentInput!) { put: putDocument(input: $input) { ... on PutDocumentSuccess { document { id } } } }',
    { input: { projectId: project, title: 'On the store', path: 'modules/src', content } },
  );
  return z.object({ put: z.object({ document: z.object({ id: z.string() }) }) }).parse(answer).put.document
    .id;
}

async function snapshot(sync: number, selection: string): Promise<unknown> {
  const body = await ask(
    `query ($id: ID!) { node(id: $id) { ... on ProjectSync { snapshot { ${selection} } } } }`,
    { id: syncs[sync] },
  );
  return z.object({ node: z.object({ snapshot: z.unknown() }) }).parse(body).node.snapshot;
}

test('the versions of a page are its texts up to a snapshot, the newest first', async () => {
  const versions = 'documentVersions(path: "api/src") { kind content writtenBy { id } }';
  const schema = z.object({
    documentVersions: z.array(
      z.object({ kind: z.string(), content: z.string(), writtenBy: z.object({ id: z.string() }) }),
    ),
  });
  const { documentVersions: now } = schema.parse(await snapshot(1, versions));
  expect(now.map(({ writtenBy }) => writtenBy.id)).toEqual([syncs[1], syncs[0]]);
  expect(now.map(({ content }) => content.includes('open(at?: string)'))).toEqual([true, false]);
  const { documentVersions: then } = schema.parse(await snapshot(0, versions));
  expect(then).toEqual(now.slice(1));
  expect(
    await snapshot(1, 'documentVersions(path: "nowhere") { id } none: documentVersions(path: "") { id }'),
  ).toEqual({
    documentVersions: [],
    none: [],
  });
});

test('the table of contents has every document once, with its ID', async () => {
  const { documents, tableOfContents } = z
    .object({
      documents: z.object({ nodes: z.array(z.object({ id: z.string() })) }),
      tableOfContents: z.array(
        z.object({ documentId: z.string(), path: z.string().nullable(), kind: z.string() }),
      ),
    })
    .parse(
      await snapshot(
        1,
        'documents(first: 100) { nodes { id } } tableOfContents { documentId path title kind authority updatedAt }',
      ),
    );
  expect(tableOfContents.map(({ documentId }) => documentId)).toEqual(documents.nodes.map(({ id }) => id));
  expect(tableOfContents).toContainEqual(expect.objectContaining({ path: 'modules/src', kind: 'GENERATED' }));
  expect(tableOfContents).toContainEqual(expect.objectContaining({ path: 'modules/src', kind: 'WRITTEN' }));
});

test('a sync leaves its pages, and reports which of them it wrote', async () => {
  expect(await snapshot(0, 'documents(kinds: [GENERATED]) { nodes { path isGenerated } }')).toEqual({
    documents: {
      nodes: [
        'api/lib',
        'api/src',
        'architecture',
        'conventions',
        'modules/lib',
        'modules/src',
        'overview',
      ].map((path) => ({ path, isGenerated: true })),
    },
  });
  const changes = await ask(
    'query ($id: ID!) { node(id: $id) { ... on ProjectSync { knowledgeChanges { documentsReused documentsRewritten { path } some: documentsRewritten(first: 1) { path } } } } }',
    { id: syncs[1] },
  );
  expect(changes).toEqual({
    node: {
      knowledgeChanges: {
        documentsReused: 3,
        documentsRewritten: ['api/src', 'architecture', 'modules/src', 'overview'].map((path) => ({ path })),
        some: [{ path: 'api/src' }],
      },
    },
  });
});

test('a page is read as each snapshot has it, with its evidence and the sync that wrote it', async () => {
  const fields = 'content citations { path startLine endLine } writtenBy { id } scope sources';
  for (const index of [0, 1]) {
    const { document } = z
      .object({ document: z.object({ content: z.string(), citations: z.array(z.unknown()) }).loose() })
      .parse(await snapshot(index, `document(path: "modules/src") { ${fields} }`));
    expect(document.content).toContain('# `src`');
    expect(document.citations).toContainEqual({ path: 'src/store.ts', startLine: 2, endLine: 2 });
    expect(document).toMatchObject({ writtenBy: { id: syncs[index] }, scope: ['src'] });
  }
  expect(await snapshot(1, 'document(path: "modules/lib") { writtenBy { id } }')).toEqual({
    document: { writtenBy: { id: syncs[0] } },
  });
});

test('an addition of a user survives, and says what of its words has gone', async () => {
  const additions = 'additions { document { id content } pageChangedSince namesGone }';
  const content = 'Routes go through `src/app.ts` and `Store.save()`, never `npm run far` or `far`.';
  const own = (pageChangedSince: boolean, namesGone: readonly string[]) => ({
    document: { additions: [{ document: { id: additionId, content }, pageChangedSince, namesGone }] },
  });
  expect(await snapshot(0, `document(path: "modules/src") { ${additions} }`)).toEqual(own(false, []));
  expect(await snapshot(1, `document(path: "modules/src") { ${additions} }`)).toEqual(
    own(true, ['src/app.ts', 'Store.save']),
  );
  expect(await snapshot(1, `document(path: "modules/lib") { ${additions} }`)).toEqual({
    document: { additions: [] },
  });
});

const foundHits = z.object({
  project: z.object({
    search: z.object({
      nodes: z.array(
        z.object({
          commitOid: z.string(),
          entry: z.object({ id: z.string(), kind: z.string(), path: z.null(), isActive: z.boolean() }),
          document: z.object({ path: z.string(), kind: z.string() }),
        }),
      ),
    }),
  }),
});

/** The sections of the pages of a sync that a search finds. */
async function searchPages(query: string, asOf: number) {
  const answer = await ask(
    'query ($query: String!, $asOf: ID!) { project(slug: "papers") { search(query: $query, asOf: $asOf, mode: KEYWORD, kinds: [DOC]) { nodes { commitOid entry { id kind path isActive } document { path kind } } } } }',
    { query, asOf: syncs[asOf] },
  );
  return foundHits.parse(answer).project.search.nodes;
}

test('search finds the pages of the very snapshot that is asked', async () => {
  const [before, after] = await Promise.all([searchPages('"zod"', 0), searchPages('"zod"', 1)]);
  expect(before.map(({ document }) => document)).toContainEqual({ path: 'overview', kind: 'GENERATED' });
  expect(before.every(({ entry }) => !entry.isActive)).toBe(true);
  expect(after).toEqual([]);
  const [hit] = await searchPages('"yup"', 1);
  expect(hit).toMatchObject({ entry: { kind: 'DOC', path: null, isActive: true } });
  expect(hit?.commitOid).not.toBe(before[0]?.commitOid);
  const entry = await ask('query ($id: ID!) { node(id: $id) { ... on MemoryEntry { kind content } } }', {
    id: hit?.entry.id,
  });
  expect(JSON.stringify(entry)).toContain('yup');
});

test('a filter by path or language leaves pages out', async () => {
  const answer = await ask(
    '{ project(slug: "papers") { search(query: "modules lang:typescript", mode: KEYWORD, first: 30) { nodes { document { path } } } } }',
  );
  expect(JSON.stringify(answer)).not.toContain('"path"');
});

test('a changelog between two syncs names exports, modules, dependencies and patterns', async () => {
  const body = await ask(
    'query ($id: ID!, $older: ID!) { node(id: $id) { ... on ProjectSync { snapshot { changelog(since: $older) { content citations { path startLine } } } } } }',
    { id: syncs[1], older: syncs[0] },
  );
  const { content, citations } = z
    .object({
      node: z.object({
        snapshot: z.object({ changelog: z.object({ content: z.string(), citations: z.array(z.unknown()) }) }),
      }),
    })
    .parse(body).node.snapshot.changelog;
  expect(content).toContain('4 files differ.');
  expect(content).toContain('## Removed\n\n- `Store.save` of `src/store.ts`');
  expect(content).toMatch(
    /## Changed\n\n- `open`: `.*open\(\): Store` became `.*open\(at\?: string\): Store`/,
  );
  expect(content).toContain('## Moved\n\n- `run` from `src/app.ts` to `src/main.ts`');
  expect(content).toContain(
    '## New dependencies\n\n- `yup` in `package.json` ([package.json:4](package.json#L4))',
  );
  expect(content).toContain('## Dependencies that went\n\n- `zod` of `package.json`');
  expect(citations).toContainEqual({ path: 'src/store.ts', startLine: 5 });
  expect(content).toMatch(
    /## Patterns that appeared\n\n(?:- .*\n)*- yup is declared and nothing uses it \(\[package.json:4\]\(package.json#L4\)\)\n/,
  );
  expect(content).toMatch(/## Patterns that went\n\n(?:- .*\n)*- zod is declared and nothing uses it\n/);
  const unknown = await server.ask(
    'query ($id: ID!) { node(id: $id) { ... on ProjectSync { snapshot { changelog(since: "x") { content } } } } }',
    { id: syncs[1] },
  );
  expect(JSON.stringify(unknown.body)).toContain('SYNC_NOT_FOUND');
});
