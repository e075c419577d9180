import { factsOfText, hasFacts } from '@project-sync/knowledge';
import { analyzePhase, documentPhase, type DocumentStore } from '@project-sync/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase, type SyncWorld } from '../../testing/index.ts';
import { openAnalysisWorld } from '../../testing/open-analysis-world.ts';
import { storedPages } from '../../testing/stored-pages.ts';

let opened: TestDatabase;
let world: SyncWorld;
/** The paths of the pages that the last sync read; null where it read all of them. */
let read: (string | null)[] = [];
let summariesRead = 0;

const document = documentPhase();
/** The same object with another value of one property. */
const replaced = <T extends object>(of: T, property: keyof T, value: unknown): T =>
  new Proxy(of, {
    get(target, name) {
      if (name === property) return value;
      const own: unknown = Reflect.get(target, name, target);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
const counted = (store: DocumentStore): DocumentStore =>
  replaced(store, 'standing', (paths: readonly string[] | null) => {
    read.push(...(paths ?? [null]));
    return store.standing(paths);
  });

/** A worker that has kept nothing yet, in the project of the one before. */
const open = (before: Parameters<typeof openAnalysisWorld>[0] = {}) =>
  openAnalysisWorld({
    ...before,
    database: opened.database,
    enrichments: [
      analyzePhase({ readFacts: factsOfText, hasFacts }),
      {
        phase: 'DOCUMENT',
        async *run(run, snapshot) {
          read = [];
          summariesRead = 0;
          const store = replaced(run.store, 'documents', () => counted(run.store.documents()));
          yield* document.run(replaced(run, 'store', store), snapshot);
        },
      },
    ],
  });

beforeAll(async () => {
  opened = await openTestDatabase();
  opened.database.watchStatements((text) => {
    if (text.includes("summary ->> 'path' IS NOT NULL")) summariesRead += 1;
    return () => undefined;
  });
  world = await open();
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
  await opened.close();
});

/** A folder whose file imports that of the next one. */
const fileOf = (index: number, size: number, more = '') =>
  `import { work as next } from '../d${(index + 1) % size}/a.ts';\nexport function work(): void {\n  next();\n}\n${more}`;
const filesOf = (size: number) => ({
  'package.json': '{ "name": "all", "scripts": { "build": "tsc" } }',
  ...Object.fromEntries(
    Array.from({ length: size }, (_, index) => [`src/d${index}/a.ts`, fileOf(index, size)]),
  ),
});

describe('a change', () => {
  const changes: readonly (readonly [string, (size: number) => Readonly<Record<string, string>>])[] = [
    ['body', (size) => ({ 'src/d2/a.ts': fileOf(2, size).replace('next();', 'next(); next();') })],
    ['habit', (size) => ({ 'src/d2/a.ts': fileOf(2, size).replace('next();', 'try { next(); } catch {}') })],
    ['export', (size) => ({ 'src/d3/a.ts': fileOf(3, size, 'export const more = 1;\n') })],
    ['file', () => ({ 'src/d3/b.ts': "import { work } from '../d1/a.ts';\nwork();\n" })],
  ];

  const readBy = async (size: number) => {
    const { id, at } = await world.connect();
    at.commit('main', filesOf(size));
    await world.sync(id);
    const all: Record<string, (string | null)[]> = {};
    for (const [name, change] of changes) {
      at.commit('main', change(size));
      const { warnings } = await world.sync(id);
      expect(warnings).toEqual([]);
      expect(summariesRead, name).toBe(0);
      all[name] = read;
    }
    return all;
  };

  test('reads the pages that it can touch, however many modules there are', async () => {
    const few = await readBy(6);
    const touched = ['modules/src/d2', 'api/src/d2', 'conventions'];
    expect([few['body'], few['habit']]).toEqual([touched, touched]);
    expect(few['file']).toEqual([
      'modules/src/d3',
      'api/src/d3',
      'modules/src/d1',
      'conventions',
      'overview',
      'architecture',
    ]);
    expect(await readBy(40)).toEqual(few);
  }, 60_000);
});

describe('a worker that starts anew', () => {
  const base = filesOf(5);
  const steps: readonly Readonly<Record<string, string | null>>[] = [
    { 'src/d1/a.ts': fileOf(1, 5, '// more\n') },
    { 'src/d1/a.ts': fileOf(1, 5, 'export const more = 1;\n') },
    { 'src/d2/package.json': '{ "name": "two", "main": "late.ts", "description": "Two of them." }' },
    { 'src/d2/late.ts': 'export const late = 1;\n', 'README.md': '# All\n\nKeeps all of them.\n' },
    { 'src/d2/late.ts': null, 'src/d4/a.ts': null },
    { 'src/d6/in/deep/a.ts': fileOf(1, 5).replace('..', '../../../d1'), 'src/d2/package.json': null },
    { 'README.md': null, 'src/readme.md': '# Source\n' },
  ];

  const story = async (starts: boolean) => {
    const { id, at } = await world.connect();
    const said: unknown[] = [];
    for (const files of [base, ...steps]) {
      at.commit('main', files);
      if (starts) {
        const { projectId } = world;
        await world.close();
        world = await open({ projectId });
        world.adopt(id, at);
      }
      const sync = await world.sync(id);
      expect(sync.warnings).toEqual([]);
      const pages = [...(await storedPages(world, sync)).values()];
      said.push([
        sync.knowledge_changes,
        pages.map(({ path, content, writtenBy }) => [path, content, writtenBy === sync.id]),
      ]);
    }
    return said.map((pages) => JSON.stringify(pages).replaceAll(/repository-\w+|[\w-]+\.git/g, 'name'));
  };

  test('writes the pages that one writes which has kept its modules', async () => {
    const [kept, anew] = [await story(false), await story(true)];
    expect(anew).toEqual(kept);
  }, 60_000);
});
