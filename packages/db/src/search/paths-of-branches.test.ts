import { localEmbedder } from '@project-sync/knowledge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMemoryWorld, type EndedSync } from '../testing/open-memory-world.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';

/** More than are read through one by one, and with all branches together more than are looked up for one question. */
const FILES = 70;
const BRANCHES = ['one', 'two', 'three', 'four', 'five', 'six'];

let opened: TestDatabase;
let world: Awaited<ReturnType<typeof openMemoryWorld>>;
let late: EndedSync;

beforeAll(async () => {
  opened = await openTestDatabase();
  world = await openMemoryWorld(opened, localEmbedder());
  const { id, at } = await world.connect();
  at.commit(
    'main',
    Object.fromEntries(Array.from({ length: FILES }, (_, n) => [`queue/part${n}.txt`, `Said ${n} times.\n`])),
  );
  await world.sync(id);
  for (const name of BRANCHES) {
    at.commit(name, { [`${name}.txt`]: 'A berth.\n' }, { from: at.head('main') });
    await world.sync(id, name);
  }
  at.commit('late', { 'queue/last/ship.txt': 'Nothing of that name.\n' }, { from: at.head('main') });
  late = await world.sync(id, 'late');
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
  await opened.close();
});

test('a file is found by a word of its path, however many branches before have such files', async () => {
  const hits = await world.search('queue', late, { mode: 'KEYWORD', pathPrefix: 'queue/last' });
  expect(hits.map(({ entry }) => entry.path)).toEqual(['queue/last/ship.txt']);
});

test('a path is known once, and a search of a branch finds no path that others alone have', async () => {
  const rows = await opened.database.system.query<{ count: bigint }>('SELECT count(*) FROM known_path');
  expect(Number(rows[0]?.count)).toBe(FILES + BRANCHES.length + 1);
  const hits = await world.search('three', late, { mode: 'KEYWORD' });
  expect(hits.map(({ entry }) => entry.path)).not.toContain('three.txt');
});
