import { expect, test } from 'vitest';
import { MODE, type ObjectId, type TreeEntry } from '../objects/git-object.ts';
import type { GitPath } from '../objects/git-path.ts';
import { scan } from './scan.ts';
import { finish, headAt, memoryRun, type MemoryRun } from './testing/memory-run.ts';

const blob = 'b'.repeat(40);
const scanned = ({ run }: MemoryRun, root: ObjectId) =>
  finish(scan(run, { head: headAt(root), base: null, unchanged: false }));
const entry = (name: string, mode: number, oid: ObjectId): TreeEntry => ({
  name: name as GitPath,
  mode,
  oid,
});

/** Each tree names the one below ten times, so that seven trees list ten million files. */
function treeBomb(world: MemoryRun): ObjectId {
  const ten = Array.from({ length: 10 }, (_, index) => `${index}`);
  let oid = world.tree(ten.map((name) => entry(name, MODE.file, blob)));
  for (let level = 0; level < 6; level += 1) {
    const below = oid;
    oid = world.tree(ten.map((name) => entry(name, MODE.tree, below)));
  }
  return oid;
}

test('one folder of 150,000 files is scanned like any other', async () => {
  const world = memoryRun();
  const root = world.tree(
    Array.from({ length: 150_000 }, (_, index) => entry(`${index}.json`, MODE.file, blob)),
  );
  const plan = await scanned(world, root);
  expect(plan.changes).toHaveLength(150_000);
  expect(plan.present).toHaveLength(150_000);
  expect(world.run.stats.filesTotal).toBe(150_000);
}, 60_000);

test('seven trees that list ten million files end as too large, in little time and memory', async () => {
  const world = memoryRun();
  const root = treeBomb(world);
  const before = process.memoryUsage().heapUsed;
  const started = process.cpuUsage();
  await expect(scanned(world, root)).rejects.toMatchObject({
    code: 'REPOSITORY_TOO_LARGE',
    retryable: false,
    message: expect.stringContaining('1000000 files and folders') as string,
  });
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1e6).toBeLessThan(20);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(1024 ** 3);
}, 60_000);

const limits = {
  maxEntries: 10,
  maxDepth: 3,
  maxNameBytes: 20,
  maxPathBytes: 30,
  maxListedBytes: 1000,
};
const files = (names: readonly string[]) => names.map((name) => entry(name, MODE.file, blob));
const nested = (world: MemoryRun, folders: readonly string[], names: readonly string[]): ObjectId => {
  let oid = world.tree(files(names));
  for (const folder of folders.toReversed()) oid = world.tree([entry(folder, MODE.tree, oid)]);
  return oid;
};

test.each([
  [
    'files',
    (world: MemoryRun) =>
      nested(
        world,
        [],
        Array.from({ length: 11 }, (_, index) => `${index}`),
      ),
  ],
  ['depth', (world: MemoryRun) => nested(world, ['a', 'b', 'c', 'd'], ['e'])],
  ['names', (world: MemoryRun) => nested(world, [], ['n'.repeat(21)])],
  [
    'all paths together',
    (world: MemoryRun) =>
      nested(
        world,
        ['a'.repeat(20)],
        Array.from({ length: 9 }, (_, index) => `${index}`.padStart(9, '0')),
      ),
    { ...limits, maxListedBytes: 200 },
  ],
  ['paths', (world: MemoryRun) => nested(world, ['a'.repeat(15), 'b'.repeat(15)], ['c'])],
] as [string, (world: MemoryRun) => ObjectId, typeof limits?][])(
  'a commit beyond the limit on %s is refused',
  async (_, build, least = limits) => {
    const world = memoryRun({ limits: least });
    await expect(scanned(world, build(world))).rejects.toMatchObject({
      code: 'REPOSITORY_TOO_LARGE',
      retryable: false,
    });
  },
);

test('a commit exactly at every limit is scanned', async () => {
  const world = memoryRun({ limits: { ...limits, maxPathBytes: 46 } });
  const names = Array.from({ length: 7 }, (_, index) => `${index}`.padStart(20, '0'));
  const root = nested(world, ['a'.repeat(8), 'b'.repeat(8), 'c'.repeat(7)], names);
  expect((await scanned(world, root)).changes).toHaveLength(7);
});
