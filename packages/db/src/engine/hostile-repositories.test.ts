import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSyncWorld, type SyncWorld } from '../testing/open-sync-world.ts';

let world: SyncWorld;
beforeAll(async () => {
  world = await openSyncWorld();
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
});

test.each([
  ['folders inside one another', `${'d/'.repeat(600)}file`],
  ['a name', 'n'.repeat(5000)],
  ['a path', `${`${'p'.repeat(2000)}/`.repeat(9)}file`],
])('a real repository with too much of %s fails for good, with its reason', async (_, path) => {
  const { id, at } = await world.connect();
  at.commit('main', { [path]: 'content' });
  const row = await world.sync(id);
  expect(row).toMatchObject({
    status: 'FAILED',
    failure_code: 'REPOSITORY_TOO_LARGE',
    failure_retryable: false,
  });
});

test('after them an ordinary repository of the same project is synced', async () => {
  const { id, at } = await world.connect();
  at.commit('main', { 'a.ts': 'export const a = 1;\n' });
  expect(await world.sync(id)).toMatchObject({ status: 'COMPLETED' });
});
