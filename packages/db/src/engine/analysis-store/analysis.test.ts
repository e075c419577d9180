import { factsOfText, hasFacts } from '@project-sync/knowledge';
import { analyzePhase } from '@project-sync/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SyncWorld } from '../../testing/index.ts';
import {
  codeReader,
  freshLinks,
  openAnalysisWorld,
  storedLinks,
  type StoredLinks,
} from '../../testing/open-analysis-world.ts';

let world: SyncWorld;
beforeAll(async () => {
  world = await openAnalysisWorld();
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
});

const project = {
  'src/store.ts':
    'export class Store {\n  save(text: string): void {}\n}\nexport function open(): Store {\n  return new Store();\n}\n',
  'src/index.ts': "export { Store, open } from './store';\n",
  'src/app.ts':
    "import { open } from './index';\nexport function run() {\n  const store = open();\n  store.save('a');\n}\n",
  'src/far.ts': 'export const far = 1;\n',
};

const importsOf = (links: readonly StoredLinks[], path: string) =>
  links.find((each) => each.path === path)?.imports.map((each) => each.path ?? each.packageName);
const referencesOf = (links: readonly StoredLinks[], path: string) =>
  links
    .find((each) => each.path === path)
    ?.references.map(({ line, path: to, key, origin }) => `${line} ${to}#${key} ${origin}`);
const addedAt = (links: readonly StoredLinks[]) =>
  Object.fromEntries(links.map(({ path, added }) => [path, added]));

/** Links without the number of the sync that stored them. */
const without = (links: readonly StoredLinks[]) => links.map((each) => ({ ...each, added: 0 }));

async function started() {
  const repository = await world.connect();
  repository.at.commit('main', project);
  const first = await world.sync(repository.id);
  return { ...repository, repository, first, links: await storedLinks(world, first) };
}

describe('a first sync', () => {
  test('links imports and references, through re-exports and stated types', async () => {
    const { first, links } = await started();
    expect([first.status, first.warnings]).toEqual(['COMPLETED', []]);
    expect(importsOf(links, 'src/app.ts')).toEqual(['src/index.ts']);
    expect(referencesOf(links, 'src/app.ts')).toEqual(
      expect.arrayContaining([
        '3 src/store.ts#open followed-reexport',
        '4 src/store.ts#Store.save stated-result',
      ]),
    );
  });
});

describe('a later sync', () => {
  test('links only the file whose body changed', async () => {
    const { id, at, repository } = await started();
    at.commit('main', { 'src/store.ts': project['src/store.ts'].replace('new Store()', '(1, new Store())') });
    const links = await storedLinks(world, await world.sync(id));
    expect(addedAt(links)).toEqual({
      'src/store.ts': 2,
      'src/index.ts': 1,
      'src/app.ts': 1,
      'src/far.ts': 1,
    });
    expect(without(links)).toEqual(without(await freshLinks(world, repository, 'main')));
  });

  test('links the dependents of a changed export again', async () => {
    const { id, at, repository, first } = await started();
    at.commit('main', { 'src/store.ts': project['src/store.ts'].replace('save(', 'keep(') });
    const sync = await world.sync(id);
    const links = await storedLinks(world, sync);
    expect(addedAt(links)).toMatchObject({ 'src/store.ts': 2, 'src/app.ts': 2, 'src/far.ts': 1 });
    expect(referencesOf(links, 'src/app.ts')?.some((each) => each.includes('save'))).toBe(false);
    expect(without(links)).toEqual(without(await freshLinks(world, repository, 'main')));
    expect(sync['knowledge_changes']).toMatchObject({ symbolsAdded: 1, symbolsRemoved: 1 });
    expect(referencesOf(await storedLinks(world, first), 'src/app.ts')).toContain(
      '4 src/store.ts#Store.save stated-result',
    );
  });

  test('resolves an import whose file was missing, and loses it with the file', async () => {
    const { id, at, repository } = await started();
    at.commit('main', { 'src/late.ts': "import { late } from './later';\nlate();\n" });
    expect(importsOf(await storedLinks(world, await world.sync(id)), 'src/late.ts')).toEqual([null]);
    at.commit('main', { 'src/later.ts': 'export function late() {}\n' });
    const found = await storedLinks(world, await world.sync(id));
    expect(importsOf(found, 'src/late.ts')).toEqual(['src/later.ts']);
    at.commit('main', { 'src/later.ts': null, 'src/later/index.ts': 'export function late() {}\n' });
    const moved = await storedLinks(world, await world.sync(id));
    expect(importsOf(moved, 'src/late.ts')).toEqual(['src/later/index.ts']);
    at.commit('main', { 'src/later/index.ts': null });
    const gone = await storedLinks(world, await world.sync(id));
    expect(importsOf(gone, 'src/late.ts')).toEqual([null]);
    expect(without(gone)).toEqual(without(await freshLinks(world, repository, 'main')));
  });

  test('follows the paths of a tsconfig that changes and goes', async () => {
    const { id, at, repository } = await started();
    const paths = (to: string) =>
      JSON.stringify({ compilerOptions: { baseUrl: '.', paths: { '@/*': [`${to}/*`] } } });
    at.commit('main', {
      'tsconfig.json': paths('src'),
      'lib/far.ts': 'export const far = 2;\n',
      'src/use.ts': "import { far } from '@/far';\nfar;\n",
    });
    expect(importsOf(await storedLinks(world, await world.sync(id)), 'src/use.ts')).toEqual(['src/far.ts']);
    at.commit('main', { 'tsconfig.json': paths('lib') });
    expect(importsOf(await storedLinks(world, await world.sync(id)), 'src/use.ts')).toEqual(['lib/far.ts']);
    at.commit('main', { 'tsconfig.json': null });
    const links = await storedLinks(world, await world.sync(id));
    expect(importsOf(links, 'src/use.ts')).not.toContain('lib/far.ts');
    expect(without(links)).toEqual(without(await freshLinks(world, repository, 'main')));
  });

  test('follows the name of a package of the same repository to its sources, from the manifest that has it', async () => {
    const { id, at } = await started();
    const manifest = (name: string) =>
      `{ "name": "${name}", "private": true, "exports": { ".": "./src/index.ts", "./tides": "./src/tides.ts" } }\n`;
    at.commit('main', {
      'packages/kit/package.json': manifest('@harbour/kit'),
      'packages/kit/src/index.ts': 'export const berth = 1;\n',
      'packages/kit/src/tides.ts': 'export const tide = 1;\n',
      'apps/web/main.ts':
        "import { berth } from '@harbour/kit';\nimport { tide } from '@harbour/kit/tides';\nberth + tide;\n",
      'template.json': manifest('@harbour/kit'),
    });
    const importsAfter = async () =>
      importsOf(await storedLinks(world, await world.sync(id)), 'apps/web/main.ts');
    const sources = ['packages/kit/src/index.ts', 'packages/kit/src/tides.ts'];
    expect(await importsAfter()).toEqual(sources);
    at.commit('main', { 'packages/kit/package.json': manifest('@harbour/other') });
    expect(await importsAfter()).toEqual(['@harbour/kit', '@harbour/kit']);
    at.commit('main', { 'packages/kit/package.json': manifest('@harbour/kit') });
    expect(await importsAfter()).toEqual(sources);
  });

  test('keeps the links of every earlier snapshot, and a restore brings them back', async () => {
    const { id, at, first, links } = await started();
    at.commit('main', { 'src/store.ts': null, 'src/app.ts': 'export {};\n' });
    await world.sync(id);
    expect(await storedLinks(world, first)).toEqual(links);
    const restored = await world.sync(id, 'main', { restoredFromId: first.id });
    expect(without(await storedLinks(world, restored))).toEqual(without(links));
  });

  test('of an unchanged branch marks it as analysed and writes nothing else', async () => {
    const { id } = await started();
    const rows = async () =>
      world.database.system.query(
        'SELECT count(*) AS links, max(id) AS last FROM file_link WHERE project_id = $1',
        [world.projectId],
      );
    const before = await rows();
    const second = await world.sync(id);
    expect(second['analyzed_at']).not.toBeNull();
    expect(await rows()).toEqual(before);
  });
});

describe('another branch', () => {
  test('that shares every file takes over the links and resolves nothing', async () => {
    const { id, at, links } = await started();
    at.point('work', at.head('main'));
    const sets = async () =>
      world.database.system.query('SELECT max(id) AS last FROM link_set WHERE project_id = $1', [
        world.projectId,
      ]);
    const before = await sets();
    const work = await world.sync(id, 'work');
    expect(without(await storedLinks(world, work))).toEqual(without(links));
    expect(await sets()).toEqual(before);
  });

  test('that differs resolves only the difference', async () => {
    const { id, at, repository } = await started();
    at.commit(
      'work',
      { 'src/store.ts': project['src/store.ts'].replace('save(', 'keep('), 'src/far.ts': null },
      { from: at.head('main') },
    );
    const links = await storedLinks(world, await world.sync(id, 'work'));
    expect(without(links)).toEqual(without(await freshLinks(world, repository, 'work')));
  });

  test('that is force-pushed has the links of its new commit', async () => {
    const { id, at, repository } = await started();
    at.commit('main', { 'src/other.ts': "import './far';\n" }, { from: null });
    const links = await storedLinks(world, await world.sync(id));
    expect(links.map(({ path }) => path)).toEqual(['src/other.ts']);
    expect(without(links)).toEqual(without(await freshLinks(world, repository, 'main')));
  });
});

describe('an analysis that cannot read facts', () => {
  test('takes those that the import read, else leaves the sync complete with a warning, and the next one makes up for it', async () => {
    let isBroken = true;
    let isOnePass = true;
    const broken = await openAnalysisWorld({
      reader: {
        ...codeReader,
        async split({ text, dialect, onFacts }) {
          if (isOnePass) onFacts?.(await factsOfText({ text, dialect }));
          return [];
        },
      },
      enrichments: [
        analyzePhase({
          hasFacts,
          readFacts: (input) =>
            isBroken ? Promise.reject(new Error('The grammar broke.')) : factsOfText(input),
        }),
      ],
    });
    const repository = await broken.connect();
    const { id, at } = repository;
    at.commit('main', project);
    const first = await broken.sync(id);
    expect([first.status, first.warnings]).toEqual(['COMPLETED', []]);
    expect(importsOf(await storedLinks(broken, first), 'src/app.ts')).toEqual(['src/index.ts']);
    isOnePass = false;
    at.commit('main', { 'src/store.ts': project['src/store.ts'].replace('save(', 'keep(') });
    const failed = await broken.sync(id);
    expect([failed.status, failed.warnings]).toMatchObject(['COMPLETED', [{ code: 'ANALYZE_INCOMPLETE' }]]);
    expect(await storedLinks(broken, failed)).toEqual([]);
    isBroken = false;
    const links = await storedLinks(broken, await broken.sync(id));
    expect(addedAt(links)).toMatchObject({ 'src/store.ts': 3, 'src/app.ts': 3, 'src/far.ts': 1 });
    expect(without(links)).toEqual(without(await freshLinks(broken, repository, 'main')));
    await broken.close();
    await broken.removeRepositories();
  });
});
