import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RandomHistory } from '@project-sync/sync/testing';
import { snapshotTree } from '../reads/snapshot-tree.ts';
import { cancelSync } from '../syncs/cancel-sync.ts';
import type { SyncEventRow } from '../syncs/sync-row.ts';
import { openSyncWorld, type SyncWorld } from '../testing/index.ts';

let world: SyncWorld;
let opens = 0;

beforeAll(async () => {
  world = await openSyncWorld({
    concurrency: 2,
    wrapSource(source) {
      opens += 1;
      return source;
    },
  });
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
});

const connect = () => world.connect();
const rowOf = (id: string) => world.row(id);
/** Small pages, so that a listing is read in several. */
const listing = async (id: string) => world.listing(await world.row(id), 7);

async function sync(
  repositoryId: string,
  branch: string,
  options: { full?: boolean; restoredFromId?: string } = {},
): Promise<{ id: string; events: SyncEventRow[] }> {
  const { id } = await world.start({ repositoryId, branch, ...options });
  const events: SyncEventRow[] = [];
  for await (const event of world.follow(id)) events.push(event);
  return { id, events };
}

describe('a sync', () => {
  test('leaves each snapshot equal to its commit over random histories, and earlier ones unchanged', async () => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const { id, at } = await connect();
      const history = new RandomHistory(at, seed);
      const done: { id: string; commit: string }[] = [];
      for (let step = 0; step < 10; step += 1) {
        const { branch, commit, what } = history.step();
        const synced = await sync(id, branch);
        const row = await rowOf(synced.id);
        expect(row.status, `${what}: ${row.failure_message ?? ''}`).toBe('COMPLETED');
        expect(
          (await listing(synced.id)).equals(at.lsTree(commit)),
          `seed ${seed} step ${step}: ${what}`,
        ).toBe(true);
        done.push({ id: synced.id, commit });
      }
      const back = done[2];
      if (back === undefined) throw new Error('no third sync');
      const restored = await sync(id, await branchOf(back.id), { restoredFromId: back.id });
      expect((await listing(restored.id)).equals(at.lsTree(back.commit))).toBe(true);
      for (const { id: earlier, commit } of done)
        expect((await listing(earlier)).equals(at.lsTree(commit))).toBe(true);
    }
  });

  test('logs its events from 1 without a gap, with progress that never falls and one end', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'a\n', 'b/c.txt': 'c\n' });
    const { events } = await sync(id, 'main');
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect([...events].sort((a, b) => a.progress - b.progress)).toEqual(events);
    expect(events.filter(({ status }) => status === 'COMPLETED')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ status: 'COMPLETED', progress: 1 });
  });

  test('fetches nothing for a new branch that shares all but one file', async () => {
    const { id, at } = await connect();
    at.commit(
      'main',
      Object.fromEntries(
        Array.from({ length: 50 }, (_, index) => [`dir/file-${index}.txt`, `text ${index}\n`]),
      ),
    );
    await sync(id, 'main');
    at.commit('work', { 'dir/file-7.txt': 'text 8\n' }, { from: at.head('main') });
    at.commit('work', { 'new.txt': 'text 9\n' });
    const { id: syncId } = await sync(id, 'work');
    expect((await rowOf(syncId)).stats).toMatchObject({ blobsFetched: 0, filesTotal: 51 });
    expect((await listing(syncId)).equals(at.lsTree('work'))).toBe(true);
  });

  test('costs one request and no file row when nothing has changed', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'a\n' });
    const first = await sync(id, 'main');
    const [before] = await world.database.system.query('SELECT count(*) FROM repository_file');
    const second = await sync(id, 'main');
    expect((await rowOf(second.id)).stats).toMatchObject({
      sourceRequests: 1,
      filesUnchanged: 1,
      filesAdded: 0,
      blobsFetched: 0,
    });
    expect((await world.database.system.query('SELECT count(*) FROM repository_file'))[0]).toEqual(before);
    expect((await rowOf(second.id)).number).toBe((await rowOf(first.id)).number + 1);
  });

  test('keeps who wrote each commit, and claims it of no other commit', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'a\n' }, { author: 'First Author' });
    const first = await sync(id, 'main');
    const unchanged = await sync(id, 'main');
    at.commit('main', { 'a.txt': 'b\n' }, { author: '' });
    const unnamed = await sync(id, 'main');
    const restored = await sync(id, 'main', { restoredFromId: first.id });
    const letters = 'QWERTYUIOPASDFGH';
    at.commit('main', { 'a.txt': 'c\n' }, { author: `AKIA${letters}` });
    const secret = await sync(id, 'main');
    const authors: unknown[] = [];
    for (const one of [first, unchanged, unnamed, restored, secret])
      authors.push((await rowOf(one.id))['commit_author']);
    expect(authors.slice(0, 4)).toEqual(['First Author', 'First Author', null, 'First Author']);
    expect(authors[4]).not.toContain(letters);
  });

  test('counts a rename as one change, and fetches nothing for it', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'old.txt': 'the very same text\n', 'other.txt': 'x\n' });
    await sync(id, 'main');
    at.commit('main', { 'old.txt': null, 'moved/new.txt': 'the very same text\n' });
    const { id: syncId } = await sync(id, 'main');
    expect((await rowOf(syncId)).stats).toMatchObject({
      filesRenamed: 1,
      filesAdded: 0,
      filesRemoved: 0,
      blobsFetched: 0,
    });
  });

  test('restores without asking the source, even when it no longer exists', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'one\n' });
    const first = await sync(id, 'main');
    at.commit('main', { 'a.txt': 'two\n', 'b.txt': 'b\n' });
    await sync(id, 'main');
    const oracle = at.lsTree((await rowOf(first.id)).commit_oid);
    await at.remove();
    const before = opens;
    const restored = await sync(id, 'main', { restoredFromId: first.id });
    expect(opens).toBe(before);
    expect((await listing(restored.id)).equals(oracle)).toBe(true);
    expect((await rowOf(restored.id)).stats).toMatchObject({
      filesModified: 1,
      filesRemoved: 1,
      sourceRequests: 0,
    });
  });

  test('compares everything when asked to, and repairs wrong rows', async () => {
    const { id, at } = await connect();
    const commit = at.commit('main', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
    const first = await sync(id, 'main');
    await world.database.system.execute(
      `INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added) SELECT $1, $2, 'ghost.txt'::bytea, 33188, repeat('a', 40), 'lines', 1`,
      [world.projectId, (await rowOf(first.id)).branch_id],
    );
    expect((await listing(first.id)).equals(at.lsTree(commit))).toBe(false);
    const again = await sync(id, 'main', { full: true });
    expect((await listing(again.id)).equals(at.lsTree(commit))).toBe(true);
    expect((await rowOf(again.id)).stats).toMatchObject({ filesRemoved: 1, blobsFetched: 0 });
  });

  test('is started once by any number of concurrent requests', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'a\n' });
    const started = await Promise.all(Array.from({ length: 10 }, () => world.start({ repositoryId: id })));
    expect(new Set(started.map((one) => one.id)).size).toBe(1);
    expect(started.filter(({ isNew }) => isNew)).toHaveLength(1);
    await world.ended(started[0]?.id ?? '');
    expect(await cancelSync(world.database, world.projectId, started[0]?.id ?? '')).toBeNull();
  });

  test('fails for a branch that no longer exists, and leaves its snapshot', async () => {
    const { id, at } = await connect();
    at.commit('main', { 'a.txt': 'a\n' });
    await sync(id, 'main');
    at.point('main', null);
    const gone = await sync(id, 'main');
    expect(gone.events.at(-1)?.status).toBe('FAILED');
    const [branch] = await world.database.system.query<{ head: number; gone_at: Date }>(
      'SELECT head, gone_at FROM branch WHERE repository_id = $1',
      [id],
    );
    expect(branch).toMatchObject({ head: 1, gone_at: expect.any(Date) as Date });
  });

  test('lists the children of a folder, folders first', async () => {
    const { id, at } = await connect();
    at.commit('main', {
      'z.txt': '1',
      'a-b/x': '1',
      'a/deep/er/y': '2',
      'a/b': '3',
      'a.txt': '4',
      'a/link': { content: 'b', mode: '120000' },
      'a/0': '5',
    });
    const row = await rowOf((await sync(id, 'main')).id);
    const key = { projectId: world.projectId, branchId: row.branch_id, number: row.number };
    expect(
      (await snapshotTree(world.database.system, key, null)).map(({ kind, name }) => `${kind} ${name}`),
    ).toEqual(['FOLDER a-b', 'FOLDER a', 'FILE a.txt', 'FILE z.txt']);
    expect(
      (await snapshotTree(world.database.system, key, 'a')).map(({ kind, path }) => `${kind} ${path}`),
    ).toEqual(['FOLDER a/deep', 'FILE a/0', 'FILE a/b', 'SYMLINK a/link']);
  });
});

async function branchOf(syncId: string): Promise<string> {
  const [row] = await world.database.system.query<{ name: string }>(
    'SELECT b.name FROM branch b JOIN project_sync s ON s.branch_id = b.id WHERE s.id = $1',
    [syncId],
  );
  return row?.name ?? '';
}
