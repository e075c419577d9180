import { localEmbedder } from '@project-sync/knowledge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetExpired } from '../jobs/forget-expired.ts';
import { syncEvents } from '../live/sync-events.ts';
import { measuredSyncs } from '../reads/measured-syncs.ts';
import { syncPhases } from '../reads/sync-phases.ts';
import { openMemoryWorld, openTestDatabase, type MemoryWorld, type TestDatabase } from '../testing/index.ts';
import { tidySyncs } from './tidy-syncs.ts';

let opened: TestDatabase;
let world: MemoryWorld;
let repository: string;
let ids: string[];

interface Row extends Record<string, unknown> {
  readonly id: string;
  readonly number: number | null;
  readonly previous_sync_id: string | null;
  readonly tidied: boolean;
}
const rows = (): Promise<Row[]> =>
  world.database.system.query<Row>(
    'SELECT id, number, previous_sync_id, tidied_at IS NOT NULL AS tidied FROM project_sync WHERE project_id = $1 ORDER BY queued_at',
    [world.projectId],
  );
const numbers = async () => (await rows()).map(({ number }) => number);
const age = (days: number): Promise<number> =>
  world.database.system.execute(
    `UPDATE project_sync SET completed_at = completed_at - make_interval(days => $1)`,
    [days],
  );

/** The numbers of a sync's log, read as a subscriber does. */
async function logOf(syncId: string, after = 0): Promise<number[]> {
  const numbers: number[] = [];
  const { database, hints, projectId } = world;
  const { signal } = new AbortController();
  for await (const { sequence } of syncEvents(database, hints, { projectId, syncId, after, signal }))
    numbers.push(sequence);
  return numbers;
}

const phasesOf = (syncId: string): Promise<unknown> =>
  syncPhases({ inAll: (read) => read(world.database.system) }, { projectId: world.projectId, syncId });

/** Makes the log of a sync as long as that of a large one: ten more steps within its import. */
async function lengthen(syncId: string): Promise<void> {
  await world.database.transaction(async (sql) => {
    const [step] = await sql.query<{ sequence: number }>(
      `SELECT max(sequence) AS sequence FROM sync_event WHERE sync_id = $1 AND phase = 'IMPORT'`,
      [syncId],
    );
    await sql.execute(
      `WITH later AS (DELETE FROM sync_event WHERE sync_id = $1 AND sequence >= $2 RETURNING *)
       INSERT INTO sync_event (project_id, sync_id, sequence, at, status, phase, progress, message, stats)
       SELECT project_id, sync_id, sequence + 10, at, status, phase, progress, message, stats FROM later
       UNION ALL
       SELECT project_id, sync_id, sequence + n, at, status, phase, progress, 'a step', stats
         FROM later, generate_series(0, 9) n WHERE sequence = $2`,
      [syncId, step?.sequence],
    );
    await sql.execute('UPDATE project_sync SET last_sequence = last_sequence + 10 WHERE id = $1', [syncId]);
  });
}

beforeAll(async () => {
  opened = await openTestDatabase();
  world = await openMemoryWorld(opened, localEmbedder());
  const { id, at } = await world.connect();
  repository = id;
  at.commit('main', { 'a.ts': 'export const a = 1;\n' });
  await world.sync(id);
  await world.sync(id);
  await world.sync(id);
  at.commit('main', { 'a.ts': 'export const a = 2;\n' });
  await world.sync(id);
  await world.sync(id);
  await world.sync(id);
  await world.sync(id);
  ids = (await rows()).map((row) => row.id);
}, 60_000);
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
  await opened.close();
});

test('the syncs that fetched something are measures for others of about their size, and from such a source', async () => {
  const { system } = world.database;
  const expected = { repositoryId: repository, provider: 'GIT', contents: 4 } as const;
  const measured = await measuredSyncs(system, expected);
  const times = await system.query<{ seconds: number }>(
    `SELECT extract(epoch FROM completed_at - started_at)::float8 AS seconds FROM project_sync
      WHERE id = ANY ($1::uuid[]) ORDER BY queued_at DESC`,
    [[ids[0], ids[3]]],
  );
  // One content each, the newest first; the five other syncs found nothing new.
  expect(measured.map(({ contents }) => contents)).toEqual([1, 1]);
  for (const [at, { seconds, embedSeconds, tokens }] of measured.entries()) {
    expect(seconds + embedSeconds).toBeCloseTo(times[at]?.seconds ?? 0);
    for (const part of [seconds, embedSeconds, tokens]) expect(part).toBeGreaterThan(0);
  }
  expect(await measuredSyncs(system, { ...expected, contents: 11 })).toEqual([]);
  expect(await measuredSyncs(system, { ...expected, provider: 'GITHUB' })).toEqual([]);
});

test('young syncs stay, and so do all where the setting is 0', async () => {
  expect(await tidySyncs(world.database, 14)).toEqual({ syncs: 0, events: 0 });
  await age(20);
  expect(await forgetExpired(world.database, { audit: 0, syncs: 0 })).toEqual({ syncs: 0, events: 0 });
  expect(await numbers()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('syncs that found nothing new are folded into one chain, and the newest two stay', async () => {
  const [first = '', , , fourth = '', , sixth = '', seventh = ''] = ids;
  await lengthen(fourth);
  const whole = await logOf(fourth);
  const before = await phasesOf(fourth);
  expect(await tidySyncs(world.database, 14)).toMatchObject({ syncs: 3 });
  expect((await rows()).map((row) => [row.id, row.number, row.previous_sync_id, row.tidied])).toEqual([
    [first, 1, null, true],
    [fourth, 4, first, true],
    [sixth, 6, fourth, false],
    [seventh, 7, sixth, false],
  ]);
  expect(await phasesOf(fourth)).toEqual(before);
  const left = await logOf(fourth);
  expect(left.length).toBeLessThanOrEqual(whole.length - 9);
  expect([left[0], left.at(-1)]).toEqual([1, whole.at(-1)]);
  // A subscriber that comes back gets nothing twice, wherever it stopped.
  for (const after of whole)
    expect(await logOf(fourth, after)).toEqual(left.filter((number) => number > after));
  expect(await tidySyncs(world.database, 14)).toEqual({ syncs: 0, events: 0 });
});

test('the next sync goes on from there', async () => {
  const next = await world.sync(repository);
  expect(next).toMatchObject({ status: 'COMPLETED', number: 8, previous_sync_id: ids[6] });
});
