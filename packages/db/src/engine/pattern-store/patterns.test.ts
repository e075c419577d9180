import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putDocument } from '../../projects/put-document.ts';
import type { SyncWorld } from '../../testing/index.ts';
import { openAnalysisWorld, storedPatterns } from '../../testing/open-analysis-world.ts';

let world: SyncWorld;
beforeAll(async () => {
  world = await openAnalysisWorld();
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
});

const circle = {
  'src/a.ts': "import { b } from './b';\nexport const a = () => b();\n",
  'src/b.ts': "import { a } from './a';\nexport const b = () => a();\n",
};

async function started() {
  const repository = await world.connect();
  repository.at.commit('main', circle);
  return { ...repository, first: await world.sync(repository.id) };
}

const cyclesOf = async (sync: { branch_id: string; number: number }) =>
  (await storedPatterns(world, sync)).filter(({ detector }) => detector === 'import-cycle');

describe('the patterns of a branch', () => {
  test('appear with the sync that brings them, and go with the one that removes them', async () => {
    const { id, at, first } = await started();
    expect(first.warnings).toEqual([]);
    expect(await cyclesOf(first)).toMatchObject([{ added: 1, first_seen: 1, appeared: true }]);
    at.commit('main', { 'src/b.ts': 'export const b = () => 1;\n' });
    const second = await world.sync(id);
    expect(await cyclesOf(second)).toEqual([]);
    expect(await cyclesOf(first)).toHaveLength(1);
  });

  test('keep their first sync when their lines move', async () => {
    const { id, at } = await started();
    at.commit('main', { 'src/a.ts': `// moved\n${circle['src/a.ts']}` });
    const [cycle] = await cyclesOf(await world.sync(id));
    expect(cycle).toMatchObject({ added: 2, first_seen: 1 });
    expect(cycle?.places).toContainEqual(['src/a.ts', 2, 2]);
  });

  test('stay the same rows while they say the same, whatever their names hold', async () => {
    const { id, at } = await world.connect();
    at.commit('main', {
      'src/q"❤️.ts': "import { b } from './tab\t\u0001b';\nexport const a = () => b();\n",
      'src/tab\t\u0001b.ts': "import { a } from './q\"❤️';\nexport const b = () => a();\n",
    });
    const ids = async (sync: { branch_id: string; number: number }) => {
      const found = await cyclesOf(sync);
      return found.map(({ added, places }) => [added, places]);
    };
    const first = await ids(await world.sync(id));
    expect(first).toHaveLength(1);
    // Another file lets every rule run again.
    at.commit('main', { 'src/other.ts': 'export const other = 1;\n' });
    expect(await ids(await world.sync(id))).toEqual(first);
  });

  test('are known on a new branch that starts from another', async () => {
    const { id, at } = await started();
    at.commit('work', { 'src/c.ts': 'export const c = 1;\n' }, { from: 'main' });
    expect(await cyclesOf(await world.sync(id, 'work'))).toMatchObject([{ first_seen: 1, appeared: false }]);
  });
});

test('the digests of a snapshot are unpacked for the first new file alone', async () => {
  const { id, at } = await started();
  const unpacked: string[] = [];
  world.database.watchStatements((text) => {
    if (text.includes('FROM pattern_input')) unpacked.push(text);
    return () => undefined;
  });
  const cycles: unknown[] = [];
  for (const name of ['one', 'two', 'three']) {
    at.commit('main', { [`src/${name}.ts`]: `export const ${name} = 1;\n` });
    cycles.push((await cyclesOf(await world.sync(id))).length);
    if (name === 'one') unpacked.length = 0;
  }
  world.database.watchStatements(() => () => undefined);
  expect([cycles, unpacked]).toEqual([[1, 1, 1], []]);
});

test('a branch that shares everything has the findings and the digests of the one it starts from', async () => {
  const { id, at, first } = await started();
  at.point('same', at.head('main'));
  const same = await world.sync(id, 'same');
  const digests = (branchId: string) =>
    world.database.system.query(
      'SELECT shard, md5(files) FROM pattern_input WHERE branch_id = $1 ORDER BY shard',
      [branchId],
    );
  expect(await digests(same.branch_id)).toEqual(await digests(first.branch_id));
  const said = async (sync: { branch_id: string; number: number }) =>
    (await storedPatterns(world, sync)).map(({ hash, title, places }) => [hash, title, places]);
  expect(await said(same)).toEqual(await said(first));
  // What it took over is kept up like its own.
  at.commit('same', { 'src/b.ts': 'export const b = () => 1;\n' });
  expect(await cyclesOf(await world.sync(id, 'same'))).toEqual([]);
});

const titlesOf = async (sync: { branch_id: string; number: number }, detector: string) =>
  (await storedPatterns(world, sync)).filter((each) => each.detector === detector).map(({ title }) => title);

describe('documents', () => {
  const text = { 'docs/setup.md': 'Call `openStore()` of `src/store.ts`.\n' };
  const store = { 'src/store.ts': 'export function openStore() {}\n' };

  test('that name what a sync removed are found by it, until they are corrected', async () => {
    const { id, at } = await world.connect();
    at.commit('main', { ...text, ...store });
    expect(await titlesOf(await world.sync(id), 'stale-document')).toEqual([]);
    at.commit('main', { 'src/store.ts': 'export function openShop() {}\n' });
    const stale = ['docs/setup.md names the symbol openStore, which is gone'];
    expect(await titlesOf(await world.sync(id), 'stale-document')).toEqual(stale);
    at.commit('main', { 'other.ts': 'export const other = 1;\n' });
    expect(await titlesOf(await world.sync(id), 'stale-document')).toEqual(stale);
    at.commit('main', { 'docs/setup.md': 'Call `openShop()`.\n' });
    expect(await titlesOf(await world.sync(id), 'stale-document')).toEqual([]);
  });

  test('are stale on a branch that starts from another one where they are stale on it too, and nowhere else', async () => {
    const { id, at } = await world.connect();
    const before = at.commit('main', { ...text, ...store });
    await world.sync(id);
    const after = at.commit('main', { 'src/store.ts': 'export const other = 1;\n' });
    expect(await titlesOf(await world.sync(id), 'stale-document')).toHaveLength(1);
    at.point('early', before);
    expect(await titlesOf(await world.sync(id, 'early'), 'stale-document')).toEqual([]);
    await world.sync(id);
    at.point('late', after);
    expect(await titlesOf(await world.sync(id, 'late'), 'stale-document')).toHaveLength(1);
  });
});

describe('a declared layer', () => {
  const layered = {
    'src/core/a.ts': "import { b } from '../ui/b';\nexport const a = b;\n",
    'src/ui/b.ts': 'export const b = 1;\n',
  };
  const put = (repositoryId: string, content: string) =>
    putDocument(world.database.system, {
      projectId: world.projectId,
      id: crypto.randomUUID(),
      title: 'Layers',
      content,
      authority: 'GUIDELINE',
      authorId: null,
      path: 'layers',
      scope: [],
      repositoryId,
      passages: [],
    });

  test('of a document is held against the next sync, and not after the document changed', async () => {
    const { id, at } = await world.connect();
    at.commit('main', layered);
    expect(await titlesOf(await world.sync(id), 'declared-layer')).toEqual([]);
    await put(id, '`src/core` must not import `src/ui`.');
    at.commit('main', { 'other.md': 'One.\n' });
    const found = ['src/core imports src/ui, which the document "Layers" forbids'];
    expect(await titlesOf(await world.sync(id), 'declared-layer')).toEqual(found);
    at.commit('main', { 'other.md': 'Two.\n' });
    expect(await titlesOf(await world.sync(id), 'declared-layer')).toEqual(found);
    await put(id, '`src/ui` must not import `src/core`.');
    at.commit('main', { 'other.md': 'Three.\n' });
    expect(await titlesOf(await world.sync(id), 'declared-layer')).toEqual([]);
  });

  test('of a file goes with the import that crossed it', async () => {
    const { id, at } = await world.connect();
    at.commit('main', { ...layered, 'AGENTS.md': '`src/core` must not import `src/ui`.\n' });
    const [found] = (await storedPatterns(world, await world.sync(id))).filter(
      ({ detector }) => detector === 'declared-layer',
    );
    expect(found?.places).toEqual([
      ['src/core/a.ts', 1, 1],
      ['AGENTS.md', 1, 1],
    ]);
    at.commit('main', { 'src/core/a.ts': 'export const a = 1;\n' });
    expect(await titlesOf(await world.sync(id), 'declared-layer')).toEqual([]);
  });
});

describe('a change', () => {
  const body = (value: number) => `export function f() {\n  return ${value};\n}\n`;

  test('of one body writes no pattern and no digest', async () => {
    const { id, at } = await world.connect();
    at.commit('main', { ...circle, 'src/f.ts': body(1) });
    await world.sync(id);
    const inputs = () =>
      world.database.system.query('SELECT md5(files) FROM pattern_input ORDER BY branch_id, shard');
    const [before, was] = [await inputs(), await world.database.system.query('SELECT id FROM pattern')];
    at.commit('main', { 'src/f.ts': body(2) });
    const second = await world.sync(id);
    expect(await cyclesOf(second)).toMatchObject([{ added: 1 }]);
    expect(await inputs()).toEqual(before);
    expect(await world.database.system.query('SELECT id FROM pattern')).toEqual(was);
  });

  test('that brings hostile names and broken files is survived', async () => {
    const { id, at } = await world.connect();
    at.commit('main', {
      '__proto__.ts': "import { constructor } from './__proto__';\nexport const __proto__ = constructor;\n",
      '❤️.ts': 'export const \u{2764} = 1;\nclass {{{',
      'package.json': '{ "dependencies": { "__proto__": "1", "\\u0000": "2" } ',
      'docs/a.md': '`\0` [x](../../../out.md) `__proto__` `constructor`\n',
    });
    const sync = await world.sync(id);
    expect([sync.status, sync.warnings]).toEqual(['COMPLETED', []]);
  });
});

test('a search for patterns that fails leaves the links, and the next sync makes up for it', async () => {
  const { id, at } = await world.connect();
  at.commit('main', circle);
  await world.database.system.script(
    'ALTER TABLE pattern_input ADD CONSTRAINT nothing CHECK (false) NOT VALID',
  );
  const failed = await world
    .sync(id)
    .finally(() => world.database.system.script('ALTER TABLE pattern_input DROP CONSTRAINT nothing'));
  expect(failed).toMatchObject({ status: 'COMPLETED', warnings: [{ code: 'ANALYZE_INCOMPLETE' }] });
  const [row] = await world.database.system.query(
    'SELECT analyzed_at IS NOT NULL AS linked, patterns_at IS NOT NULL AS found FROM project_sync WHERE id = $1',
    [failed.id],
  );
  expect(row).toEqual({ linked: true, found: false });
  at.commit('main', { 'new.ts': 'export const x = 1;\n' });
  expect(await cyclesOf(await world.sync(id))).toHaveLength(1);
});
