import { showPath, type FinalizedSnapshot, type TouchedFile } from '@project-sync/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRunningSql } from '../syncs/status-sql.ts';
import { openSyncWorld, type SyncRow, type SyncWorld } from '../testing/index.ts';

interface Touched {
  readonly files: readonly string[];
  readonly contents: readonly string[];
  readonly snapshot: FinalizedSnapshot;
}

let world: SyncWorld;
/** The changes that the enrichment of each sync was given, by sync. */
const seen = new Map<string, Touched>();
/** How many enrichments die as a killed worker does. */
let crashes = 0;

const line = ({ path, oid, previousOid }: TouchedFile): string => {
  const kind = oid === null ? 'removed' : previousOid === null ? 'added' : 'changed';
  return `${kind} ${showPath(path)}`;
};

beforeAll(async () => {
  world = await openSyncWorld({
    enrichments: [
      {
        phase: 'ANALYZE',
        async *run(run, snapshot) {
          yield* run.report('ANALYZE', 0, 'reading');
          if (crashes > 0) {
            crashes -= 1;
            // The lease runs out and another claim takes the sync over.
            await world.database.system.execute(
              `UPDATE project_sync SET lease_until = now() - interval '1 second', fence = fence + 1 WHERE ${isRunningSql()}`,
            );
            yield* run.report('ANALYZE', 1, 'lost');
          }
          const files: string[] = [];
          const contents: string[] = [];
          for await (const page of run.store.touched().files()) files.push(...page.map(line));
          for await (const page of run.store.touched().contents())
            contents.push(...page.map(({ path }) => showPath(path)));
          seen.set(run.store.sync.id, { files: files.sort(), contents: contents.sort(), snapshot });
        },
      },
    ],
  });
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
});

const touchedBy = ({ id }: SyncRow) => {
  const touched = seen.get(id);
  if (touched === undefined) throw new Error('The enrichment did not run.');
  return touched;
};

test('a first sync touches every file, and each content once', async () => {
  const { id, at } = await world.connect();
  const commit = at.commit('main', { 'a.txt': 'same\n', 'b.txt': 'same\n', 'c/d.txt': 'other\n' });
  const { files, contents, snapshot } = touchedBy(await world.sync(id));
  expect(files).toEqual(['added a.txt', 'added b.txt', 'added c/d.txt']);
  expect(contents).toHaveLength(2);
  expect(snapshot).toMatchObject({
    number: 1,
    previous: null,
    restoredNumber: null,
    head: { commitOid: commit },
  });
});

test('a change touches the files that were added, changed and removed, and only new contents', async () => {
  const { id, at } = await world.connect();
  const before = at.commit('main', { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'same.txt': 's\n' });
  await world.sync(id);
  at.commit('main', { 'a.txt': 'a2\n', 'b.txt': null, 'moved.txt': 'c\n', 'c.txt': null, 'new.txt': 'n\n' });
  const { files, contents, snapshot } = touchedBy(await world.sync(id));
  expect(files).toEqual([
    'added moved.txt',
    'added new.txt',
    'changed a.txt',
    'removed b.txt',
    'removed c.txt',
  ]);
  expect(contents).toEqual(['a.txt', 'new.txt']);
  expect(snapshot).toMatchObject({ number: 2, previous: { number: 1, commitOid: before } });
});

test('an unchanged sync touches nothing', async () => {
  const { id, at } = await world.connect();
  at.commit('main', { 'a.txt': 'a\n' });
  await world.sync(id);
  expect(touchedBy(await world.sync(id))).toMatchObject({ files: [], contents: [] });
});

test('a restore touches what it brings back and removes', async () => {
  const { id, at } = await world.connect();
  at.commit('main', { 'a.txt': 'old\n', 'gone.txt': 'g\n' });
  const first = await world.sync(id);
  at.commit('main', { 'a.txt': 'new\n', 'gone.txt': null, 'later.txt': 'l\n' });
  await world.sync(id);
  const restored = await world.sync(id, 'main', { restoredFromId: first.id });
  expect(touchedBy(restored)).toMatchObject({
    files: ['added gone.txt', 'changed a.txt', 'removed later.txt'],
    contents: ['a.txt', 'gone.txt'],
    snapshot: {
      number: 3,
      restoredNumber: 1,
      previous: { number: 2 },
      head: { commitOid: first.commit_oid },
    },
  });
});

test('a worker that resumes after FINALIZE is given the same changes', async () => {
  const { id, at } = await world.connect();
  at.commit('main', { 'a.txt': 'a\n' });
  await world.sync(id);
  at.commit('main', { 'b.txt': 'b\n' });
  crashes = 1;
  const row = await world.sync(id);
  expect(row).toMatchObject({ status: 'COMPLETED', attempts: 2 });
  expect(touchedBy(row)).toMatchObject({
    files: ['added b.txt'],
    contents: ['b.txt'],
    snapshot: { number: 2, previous: { number: 1 } },
  });
});

test('a branch that starts from another one touches what it shares too', async () => {
  const { id, at } = await world.connect();
  const commit = at.commit('main', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  await world.sync(id);
  at.commit('work', { 'c.txt': 'c\n' }, { from: commit });
  const row = await world.sync(id, 'work');
  expect(touchedBy(row).files).toEqual(['added a.txt', 'added b.txt', 'added c.txt']);
});
