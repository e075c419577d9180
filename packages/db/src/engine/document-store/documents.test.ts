import { checkPage, factsOfText, hasFacts } from '@project-sync/knowledge';
import { analyzePhase, documentPhase } from '@project-sync/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertRepository, type SyncRow, type SyncWorld, type WorldRepository } from '../../testing/index.ts';
import { openAnalysisWorld } from '../../testing/open-analysis-world.ts';
import { checkedSnapshot, storedPages, type StoredPage } from '../../testing/stored-pages.ts';

let world: SyncWorld;
let fails = false;
beforeAll(async () => {
  const document = documentPhase();
  world = await openAnalysisWorld({
    enrichments: [
      analyzePhase({ readFacts: factsOfText, hasFacts }),
      {
        phase: 'DOCUMENT',
        async *run(run, snapshot) {
          if (fails) throw new Error('No pages today.');
          yield* document.run(run, snapshot);
        },
      },
    ],
  });
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
});

const store = `/** Keeps texts. See {@link open}. */
export class Store {
  /** Saves one. */
  save(text: string): void {}
}
export function open(): Store {
  return new Store();
}
`;
const project = {
  'README.md': '# Harbour\n\n![badge](x.svg)\n\nKeeps ships in berths, with `nothing` else.\n',
  'package.json': JSON.stringify(
    {
      name: 'harbour',
      description: 'Ships.',
      scripts: { build: 'tsc', test: 'vitest' },
      dependencies: { zod: '1' },
    },
    null,
    2,
  ),
  'src/store/store.ts': store,
  'src/store/index.ts': "/** The store of all texts. */\n\nexport { Store, open } from './store.ts';\n",
  'src/app/main.ts':
    "import { open } from '../store/index.ts';\nimport { z } from 'zod';\nexport function run() {\n  open().save(z.a);\n}\n",
  'src/far/far-away.ts': 'export const far = 1;\n',
  'test/store.test.ts': "import { open } from '../src/store/index.ts';\nopen();\n",
};

const expected = [
  'api/src/app',
  'api/src/far',
  'api/src/store',
  'architecture',
  'conventions',
  'modules/src/app',
  'modules/src/far',
  'modules/src/store',
  'modules/test',
  'overview',
];

const texts = (pages: ReadonlyMap<string, StoredPage>) =>
  Object.fromEntries([...pages].map(([path, { content, citations }]) => [path, { content, citations }]));

/** The pages that a sync of the same commit writes in a repository of its own. */
async function fresh({ at }: WorldRepository): Promise<Map<string, StoredPage>> {
  const id = await insertRepository(world.database, world.projectId, `${at.path}#${crypto.randomUUID()}`);
  world.adopt(id, at);
  return storedPages(world, await world.sync(id));
}

async function problems(sync: SyncRow, pages: ReadonlyMap<string, StoredPage>): Promise<string[]> {
  const snapshot = await checkedSnapshot(world, sync);
  return [...pages.values()].flatMap((page) =>
    checkPage(page, snapshot).map((each) => `${page.path}: ${each}`),
  );
}

async function started() {
  const repository = await world.connect();
  repository.at.commit('main', project);
  const sync = await world.sync(repository.id);
  return { repository, sync, pages: await storedPages(world, sync) };
}

describe('a first sync', () => {
  test('writes every page, and each says only what its snapshot has', async () => {
    const { sync, pages } = await started();
    expect([sync.status, sync.warnings]).toEqual(['COMPLETED', []]);
    expect([...pages.keys()]).toEqual(expected);
    expect(await problems(sync, pages)).toEqual([]);
    const overview = pages.get('overview')?.content ?? '';
    expect(overview).toContain('Keeps ships in berths, with nothing else. ([README.md:5](README.md#L5))');
    expect(overview).toContain('`npm run build`');
    expect(overview).toContain('`zod`');
    const module = pages.get('modules/src/store')?.content ?? '';
    expect(module).toContain('The store of all texts.');
    expect(module).toContain('[`src/app`](src/app): 1 import ([main.ts:1](src/app/main.ts#L1))');
    expect(module).toContain('[`test/store.test.ts`](test/store.test.ts)');
    expect(pages.get('api/src/store')?.content).toContain('Keeps texts. See open.');
    expect(pages.get('architecture')?.content).toContain('n0["src/app"]');
  });
});

describe('the next sync', () => {
  // Each step with the pages that it changes, by what they say.
  const steps: readonly (readonly [string, Readonly<Record<string, string | null>>, readonly string[]])[] = [
    ['of the body of a function', { 'src/far/far-away.ts': 'export const far = 2;\n' }, []],
    [
      'that brings a pattern alone',
      { 'src/far/far-away.ts': 'export const far = 2; try { JSON.parse("a"); } catch {}\n' },
      ['conventions'],
    ],
    ['of a file that no page speaks of', { 'notes.txt': 'x\n', 'image.bin': '\0\0' }, []],
    [
      'of a signature',
      { 'src/store/store.ts': store.replace('open(): Store', 'open(at?: string): Store') },
      ['api/src/store'],
    ],
    [
      'of an import',
      { 'src/far/far-away.ts': "import '../app/main.ts';\nexport const far = 2;\n" },
      ['api/src/far', 'architecture', 'conventions', 'modules/src/app', 'modules/src/far'],
    ],
    ['of a script', { 'package.json': project['package.json'].replace('"test"', '"check"') }, ['overview']],
    [
      'that removes a module',
      { 'src/far/far-away.ts': null },
      ['architecture', 'conventions', 'modules/src/app', 'overview'],
    ],
    [
      'that moves a test',
      {
        'test/store.test.ts': null,
        'test/all/store.test.ts': "import { open } from '../../src/store/index.ts';\nopen();\n",
      },
      ['modules/src/store', 'modules/test/all'],
    ],
    [
      'that moves the lines of a test, of which its own page says nothing',
      {
        'test/all/store.test.ts': "// First.\nimport { open } from '../../src/store/index.ts';\nopen();\n",
      },
      ['modules/src/store'],
    ],
    [
      'of what that test imports, and of a workflow',
      {
        'src/store/store.ts': store.replace('/** Saves one. */', '/** Saves one text. */'),
        'src/store/index.ts': "/** The store of texts. */\n\nexport { Store, open } from './store.ts';\n",
        '.github/workflows/ci.yml': 'jobs:\n  all:\n    steps:\n      - run: npm test -- all\n',
      },
      ['api/src/store', 'architecture', 'modules/src/store', 'overview'],
    ],
  ];

  test('writes exactly the pages whose words change, as a fresh sync would', async () => {
    const { repository, pages: first } = await started();
    let before = first;
    for (const [step, change, wanted] of steps) {
      repository.at.commit('main', change);
      const sync = await world.sync(repository.id);
      expect(sync.warnings).toEqual([]);
      const pages = await storedPages(world, sync);
      const written = [...pages.values()]
        .filter(({ writtenBy }) => writtenBy === sync.id)
        .map(({ path }) => path);
      const different = [...pages.values()].filter(
        ({ path, content }) => before.get(path)?.content !== content,
      );
      expect(written, step).toEqual(different.map(({ path }) => path));
      expect(written, step).toEqual(wanted);
      expect(await problems(sync, pages), step).toEqual([]);
      expect(sync.knowledge_changes, step).toMatchObject({ documentsReused: pages.size - written.length });
      before = pages;
    }
    expect([...before.keys()]).not.toContain('modules/src/far');
    expect(texts(before)).toEqual(texts(await fresh(repository)));
  }, 60_000);

  test('of another branch carries the pages over, and earlier snapshots keep theirs', async () => {
    const { repository, sync, pages } = await started();
    repository.at.commit(
      'work',
      { 'src/far/far-away.ts': 'export const near = 1;\n' },
      { from: repository.at.head('main') },
    );
    const branched = await world.sync(repository.id, 'work');
    const own = await storedPages(world, branched);
    expect(
      [...own.values()].filter(({ writtenBy }) => writtenBy === branched.id).map(({ path }) => path),
    ).toEqual(['api/src/far', 'architecture', 'modules/src/far']);
    expect(texts(await storedPages(world, sync))).toEqual(texts(pages));
  });

  test('makes up for a phase that failed alone', async () => {
    const { repository, pages } = await started();
    repository.at.commit('main', { 'src/far/far-away.ts': 'export const near = 1;\n' });
    fails = true;
    const failed = await world.sync(repository.id);
    fails = false;
    expect([failed.status, failed.warnings]).toMatchObject(['COMPLETED', [{ code: 'DOCUMENT_INCOMPLETE' }]]);
    expect(texts(await storedPages(world, failed))).toEqual(texts(pages));
    const next = await world.sync(repository.id);
    expect(texts(await storedPages(world, next))).toEqual(texts(await fresh(repository)));
  });
});

describe('a repository', () => {
  test.each([
    ['of one file', { 'a.ts': 'export const a = 1;\n' }],
    ['of binaries only', { 'a.bin': '\0\u0001', 'b.png': '\0\u0002' }],
    ['with a README of a megabyte', { 'README.md': 'Words without an end.\n'.repeat(50_000), 'a.ts': '' }],
    [
      'that says it is something else',
      {
        'README.md': '# X\n\nSee [docs](no/such.md), `noSuch()` <img src=x> and ](no/such) ``` fence\n',
        'src/a|b[c].ts': '/** ](evil) `fake` # Heading */\nexport function odd() {}\n',
        'src/ü `tick`.ts': 'export const umlaut = 1;\n',
        'package.json': '{ "name": 3, "scripts": ["x"], "description": "`y`" ',
      },
    ],
  ])('%s has pages that hold', async (_name, files) => {
    const repository = await world.connect();
    repository.at.commit('main', files);
    const sync = await world.sync(repository.id);
    expect([sync.status, sync.warnings]).toEqual(['COMPLETED', []]);
    const pages = await storedPages(world, sync);
    expect([...pages.keys()]).toContain('overview');
    expect(await problems(sync, pages)).toEqual([]);
    for (const { content } of pages.values()) expect(content.length).toBeLessThan(200_000);
  });
});
