import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let repository: Awaited<ReturnType<typeof connectRepository>>;
const syncs: string[] = [];

const store = `/** Keeps texts. */
export class Store {
  save(text: string): void {}
}
export function open(): Store {
  return new Store();
}
`;

beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', {
    'src/store.ts': store,
    'src/app.ts': "import { open } from './store';\nexport function run() {\n  open().save('a');\n}\n",
    'src/ring.ts': "import './loop';\nimport 'left-pad';\n",
    'src/loop.ts': "import './ring';\n",
    'readme.md': '# Read me\n',
  });
  repository = await connectRepository(server, { project: 'Code', path: at.path });
  syncs.push(await repository.sync());
  at.commit('main', {
    'src/store.ts': store.replace('open(): Store', 'open(at?: string): Store'),
    'src/loop.ts': null,
  });
  syncs.push(await repository.sync());
}, 120_000);
afterAll(async () => {
  await server.close();
  await at.remove();
});

/** Asks for fields of the snapshot that a sync left. */
async function snapshot(sync: number, selection: string): Promise<unknown> {
  const { body } = await server.ask(
    `query ($id: ID!) { node(id: $id) { ... on ProjectSync { snapshot { ${selection} } } } }`,
    { id: syncs[sync] },
  );
  return z.object({ data: z.object({ node: z.object({ snapshot: z.unknown() }) }) }).parse(body).data.node
    .snapshot;
}

test('symbols are found by name, by its beginning and by its parts, with what they say of themselves', async () => {
  const fields =
    'name qualifiedName kind language signature documentation isExported startLine endLine file { path }';
  expect(await snapshot(0, `symbols(query: "Store.save") { totalCount nodes { ${fields} } }`)).toEqual({
    symbols: {
      totalCount: 1,
      nodes: [
        expect.objectContaining({
          name: 'save',
          qualifiedName: 'Store.save',
          kind: 'METHOD',
          startLine: 3,
          file: { path: 'src/store.ts' },
        }),
      ],
    },
  });
  expect(
    await snapshot(
      0,
      'symbols(query: "sto", kinds: [CLASS], isExported: true) { nodes { name documentation } }',
    ),
  ).toEqual({
    symbols: { nodes: [{ name: 'Store', documentation: 'Keeps texts.' }] },
  });
  expect(
    await snapshot(
      0,
      'symbols(pathPrefix: "src/", first: 2) { totalCount nodes { name } pageInfo { hasNextPage } }',
    ),
  ).toEqual({
    symbols: { totalCount: 4, nodes: [{ name: 'run' }, { name: 'Store' }], pageInfo: { hasNextPage: true } },
  });
});

test('references are listed with the symbol around them, and what was searched', async () => {
  const found = await snapshot(
    0,
    'symbols(query: "open", first: 1) { nodes { references { totalCount coverage { filesAnalysed filesNotAnalysed languages } nodes { line kind certainty file { path } inside { qualifiedName } } } } }',
  );
  expect(found).toEqual({
    symbols: {
      nodes: [
        {
          references: {
            totalCount: 1,
            coverage: { filesAnalysed: 4, filesNotAnalysed: 1, languages: ['typescript'] },
            nodes: [
              {
                line: 3,
                kind: 'CALL',
                certainty: 'PROVEN',
                file: { path: 'src/app.ts' },
                inside: { qualifiedName: 'run' },
              },
            ],
          },
        },
      ],
    },
  });
});

test('a symbol is found again by its id', async () => {
  const found = z
    .object({ symbols: z.object({ nodes: z.array(z.object({ id: z.string() })) }) })
    .parse(await snapshot(0, 'symbols(query: "run") { nodes { id } }'));
  const { body } = await server.ask('query ($id: ID!) { node(id: $id) { id ... on Symbol { name } } }', {
    id: found.symbols.nodes[0]?.id,
  });
  expect(body).toMatchObject({ data: { node: { id: found.symbols.nodes[0]?.id, name: 'run' } } });
});

test('files show their symbols, and their imports in both directions, as of each snapshot', async () => {
  const ring =
    'file(path: "src/ring.ts") { imports { specifier line packageName isTypeOnly names from { path } to { path } } importedBy { totalCount nodes { from { path } } } }';
  expect(await snapshot(0, ring)).toEqual({
    file: {
      imports: [
        expect.objectContaining({
          specifier: './loop',
          line: 1,
          from: { path: 'src/ring.ts' },
          to: { path: 'src/loop.ts' },
        }),
        expect.objectContaining({ specifier: 'left-pad', packageName: 'left-pad', to: null }),
      ],
      importedBy: { totalCount: 1, nodes: [{ from: { path: 'src/loop.ts' } }] },
    },
  });
  expect(await snapshot(1, ring)).toMatchObject({
    file: { imports: [{ specifier: './loop', to: null }, {}], importedBy: { totalCount: 0, nodes: [] } },
  });
  expect(await snapshot(1, 'file(path: "src/store.ts") { symbols { qualifiedName } }')).toEqual({
    file: {
      symbols: [{ qualifiedName: 'Store' }, { qualifiedName: 'Store.save' }, { qualifiedName: 'open' }],
    },
  });
});

test('the module graph adds imports up, and shows circles and layers', async () => {
  const graph = (args: string) =>
    `moduleGraph${args} { nodes { path isFolder files layer } edges { from to imports } cycles }`;
  expect(await snapshot(0, graph('(path: "src")'))).toEqual({
    moduleGraph: {
      nodes: [
        { path: 'src/app.ts', isFolder: false, files: 1, layer: 0 },
        { path: 'src/loop.ts', isFolder: false, files: 1, layer: null },
        { path: 'src/ring.ts', isFolder: false, files: 1, layer: null },
        { path: 'src/store.ts', isFolder: false, files: 1, layer: 1 },
      ],
      edges: [
        { from: 'src/app.ts', to: 'src/store.ts', imports: 1 },
        { from: 'src/loop.ts', to: 'src/ring.ts', imports: 1 },
        { from: 'src/ring.ts', to: 'src/loop.ts', imports: 1 },
      ],
      cycles: [['src/loop.ts', 'src/ring.ts']],
    },
  });
  expect(await snapshot(1, graph(''))).toMatchObject({
    moduleGraph: {
      nodes: [{ path: 'readme.md' }, { path: 'src', isFolder: true, files: 3, layer: 0 }],
      edges: [],
      cycles: [],
    },
  });
});

test('the growth of a branch counts what each of its snapshots held', async () => {
  const counted =
    'commitOid files { totalCount } memory { totalCount } patterns(states: [OPEN, ACCEPTED, DISMISSED]) { totalCount }';
  const held = await Promise.all(
    syncs.map(async (_, sync) =>
      z
        .object({
          commitOid: z.string(),
          files: z.object({ totalCount: z.number() }),
          memory: z.object({ totalCount: z.number() }),
          patterns: z.object({ totalCount: z.number() }),
        })
        .parse(await snapshot(sync, counted)),
    ),
  );
  const points = held.map(({ commitOid, files, memory, patterns }, sync) => ({
    syncId: syncs[sync],
    syncNumber: sync + 1,
    commitOid,
    files: files.totalCount,
    passages: memory.totalCount,
    patterns: patterns.totalCount,
    changedFiles: [5, 2][sync],
  }));
  const fields = 'syncId syncNumber commitOid files passages patterns changedFiles';
  expect(await snapshot(1, `growth { ${fields} }`)).toEqual({ growth: points.toReversed() });
  expect(await snapshot(1, `growth(first: 1) { ${fields} }`)).toEqual({ growth: points.slice(1) });
  expect(await snapshot(0, `growth { ${fields} }`)).toEqual({ growth: points.slice(0, 1) });
  const { body } = await server.ask(
    'query ($id: ID!) { node(id: $id) { ... on ProjectSync { snapshot { growth(first: 101) { files } } } } }',
    { id: syncs[0] },
  );
  expect(body).toMatchObject({ errors: [{ extensions: { code: 'PAGE_TOO_LARGE' } }] });
});

test('languages and changes of exported symbols are reported', async () => {
  expect(await snapshot(0, 'languages { language files lines }')).toMatchObject({
    languages: [
      { language: 'typescript', files: 4 },
      { language: 'markdown', files: 1 },
    ],
  });
  const { body } = await server.ask(
    'query ($id: ID!) { node(id: $id) { ... on ProjectSync { requestedBy { name } knowledgeChanges { symbolsAdded symbolsRemoved apiChanges { kind qualifiedName path before after } patternsAppeared { id } documentsReused } } } }',
    { id: syncs[1] },
  );
  expect(body).toMatchObject({
    data: {
      node: {
        knowledgeChanges: {
          symbolsAdded: 0,
          symbolsRemoved: 0,
          apiChanges: [{ kind: 'CHANGED', qualifiedName: 'open', path: 'src/store.ts' }],
          patternsAppeared: [],
          // The circle that went was named by the conventions, too.
          documentsReused: 0,
        },
      },
    },
  });
});

test('the pages that a sync leaves as they are count as reused', async () => {
  at.commit('main', {
    'src/store.ts': store
      .replace('open(): Store', 'open(at?: string): Store')
      .replace('{}', '{ void text; }'),
  });
  const { body } = await server.ask(
    'query ($id: ID!) { node(id: $id) { ... on ProjectSync { knowledgeChanges { apiChanges { kind } documentsReused } } } }',
    { id: await repository.sync() },
  );
  expect(body).toMatchObject({
    data: { node: { knowledgeChanges: { apiChanges: [], documentsReused: 5 } } },
  });
});

describe('patterns', () => {
  const fields =
    'id detector detectorVersion kind severity certainty state suggestion isNew isTurnedDown firstSeen { id } lastSeen { id } evidence { path } occurrences { totalCount nodes { path startLine endLine quote commitOid file { path } } }';
  const cycle = z.object({
    patterns: z.object({ nodes: z.array(z.object({ id: z.string() }).loose()) }),
  });
  const cycleOf = async () =>
    cycle.parse(await snapshot(0, `patterns(kinds: [ARCHITECTURE]) { nodes { ${fields} } }`)).patterns
      .nodes[0];

  test('show their places with the text of those lines, and the syncs that saw them', async () => {
    expect(await cycleOf()).toMatchObject({
      detector: 'import-cycle',
      certainty: 'PROVEN',
      state: 'OPEN',
      isNew: true,
      isTurnedDown: false,
      firstSeen: { id: syncs[0] },
      lastSeen: { id: syncs[0] },
      occurrences: {
        totalCount: 2,
        nodes: expect.arrayContaining([
          expect.objectContaining({
            path: 'src/ring.ts',
            startLine: 1,
            quote: "import './loop';",
            file: { path: 'src/ring.ts' },
          }),
        ]) as unknown,
      },
    });
    const { body } = await server.ask(
      'query ($id: ID!) { node(id: $id) { ... on ProjectSync { knowledgeChanges { patternsAppeared { title } patternsGone { detector lastSeen { id } } } } } }',
      { id: syncs[1] },
    );
    expect(body).toMatchObject({
      data: {
        node: {
          knowledgeChanges: { patternsGone: [{ detector: 'import-cycle', lastSeen: { id: syncs[0] } }] },
        },
      },
    });
  });

  test('that are dismissed are left out unless they are asked for, and can be opened again', async () => {
    const id = (await cycleOf())?.id;
    const judge = async (state: string) =>
      server.ask(
        'mutation ($id: ID!, $state: PatternState!) { judgePattern(input: { patternId: $id, state: $state, reason: "It is fine." }) { __typename ... on JudgePatternSuccess { pattern { state judgement { reason judgedBy { name } } } } ... on Error { code } } }',
        { id, state },
      );
    expect((await judge('DISMISSED')).body).toMatchObject({
      data: { judgePattern: { pattern: { state: 'DISMISSED', judgement: { reason: 'It is fine.' } } } },
    });
    expect(await cycleOf()).toBeUndefined();
    expect(await snapshot(0, 'patterns(states: [DISMISSED]) { totalCount nodes { id } }')).toMatchObject({
      patterns: { totalCount: 1, nodes: [{ id }] },
    });
    expect(await snapshot(0, 'patternRules { detector judged dismissed isTurnedDown }')).toEqual({
      patternRules: [{ detector: 'import-cycle', judged: 1, dismissed: 1, isTurnedDown: false }],
    });
    await judge('OPEN');
    expect(await cycleOf()).toMatchObject({ id, state: 'OPEN' });
  });
});
