import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertProject, openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { projectActivity } from './project-activity.ts';
import { syncEvents } from './sync-events.ts';
import { openSyncHints, type SyncHints } from './sync-hints.ts';
import { SYNC_CHANNEL } from '../syncs/sync-row.ts';

const projectId = randomUUID();
let opened: TestDatabase;
let hints: SyncHints;
let syncId: string;
let branchId: string;
beforeAll(async () => {
  opened = await openTestDatabase();
  hints = await openSyncHints(opened.database);
  await insertProject(opened.database, { id: projectId });
});
afterAll(async () => {
  await hints.close();
  await opened.close();
});

/** A running sync whose events the test writes. */
beforeEach(async () => {
  syncId = randomUUID();
  branchId = randomUUID();
  const repositoryId = randomUUID();
  const { prisma } = opened.database;
  await prisma.repository.create({
    data: { projectId, id: repositoryId, provider: 'GIT', url: `https://code.example/${syncId}`, name: 'a' },
  });
  await prisma.branch.create({ data: { projectId, id: branchId, repositoryId, name: 'main' } });
  await prisma.projectSync.create({
    data: { projectId, id: syncId, repositoryId, branchId, trigger: 'MANUAL', status: 'RUNNING' },
  });
});

async function write(sequence: number, status: 'RUNNING' | 'COMPLETED' = 'RUNNING'): Promise<void> {
  await opened.database.transaction(async (sql) => {
    await sql.execute(
      `INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats)
       VALUES ($1, $2, $3, $4::sync_status, 'IMPORT', 0, '', '{}')`,
      [projectId, syncId, sequence, status],
    );
    await sql.execute(
      `UPDATE project_sync SET last_sequence = $3, status = $4::sync_status, completed_at = CASE $4 WHEN 'COMPLETED' THEN now() END
        WHERE project_id = $1 AND id = $2`,
      [projectId, syncId, sequence, status],
    );
    await sql.query('SELECT pg_notify($1, $2)', [SYNC_CHANNEL, `${projectId} ${syncId}`]);
  });
}

interface Reader {
  readonly events: number[];
  readonly ended: Promise<void>;
  /** Resolves once this many events were read. */
  has(count: number): Promise<void>;
}

/** Reads in the background, each event only once `ready` for it. */
function read(after: number, ready: () => Promise<void> = () => Promise.resolve()): Reader {
  const events: number[] = [];
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  const { signal } = new AbortController();
  const ended = (async () => {
    for await (const { sequence } of syncEvents(opened.database, hints, {
      projectId,
      syncId,
      after,
      signal,
    })) {
      events.push(sequence);
      waiting.get(events.length)?.resolve();
      await ready();
    }
  })();
  return {
    events,
    ended,
    async has(count) {
      if (events.length >= count) return;
      const reached = Promise.withResolvers<void>();
      waiting.set(count, reached);
      await reached.promise;
    },
  };
}

describe('the log of a sync', () => {
  test('is read once for all its readers, wherever each of them is', async () => {
    const readers = Array.from({ length: 40 }, () => read(0));
    await write(1);
    await Promise.all(readers.map((reader) => reader.has(1)));
    const before = opened.database.statements();
    await write(2);
    await write(3, 'COMPLETED');
    await Promise.all(readers.map(({ ended }) => ended));
    // Two transactions of the test itself, and no more queries than there were hints or polls.
    expect(opened.database.statements() - before).toBeLessThan(30);
    for (const { events } of readers) expect(events).toEqual([1, 2, 3]);
  });

  test('a slow reader delays no other, and reads the rest when it is ready', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = read(0, () => gate.promise);
    const quick = read(0);
    for (let sequence = 1; sequence <= 5; sequence += 1)
      await write(sequence, sequence === 5 ? 'COMPLETED' : 'RUNNING');
    await quick.ended;
    expect(slow.events).toEqual([1]);
    gate.resolve();
    await slow.ended;
    expect(slow.events).toEqual([1, 2, 3, 4, 5]);
  });

  test('that was first read from beyond its end is read by others from where they start', async () => {
    await write(1);
    const beyond = read(1000);
    const late = read(0);
    await late.has(1);
    await write(2);
    await late.has(2);
    await write(3, 'COMPLETED');
    await late.ended;
    await beyond.ended;
    expect([late.events, beyond.events]).toEqual([[1, 2, 3], []]);
  });

  test('passes a failed query to its readers, and later readers start again', async () => {
    const broken: SyncHints = { ...hints };
    const failing = { ...opened.database, system: { ...opened.database.system } };
    failing.system.query = () => Promise.reject(new Error('The connection is gone.'));
    const { signal } = new AbortController();
    const follow = { projectId, syncId, after: 0, signal };
    await expect(syncEvents(failing, broken, follow).next()).rejects.toThrow('The connection is gone.');
    await write(1, 'COMPLETED');
    const next = await syncEvents(opened.database, broken, follow).next();
    expect(next.value).toMatchObject({ sequence: 1 });
  });
});

test('the readers of a project get the same object for a change, and each missed sync once', async () => {
  const { signal } = new AbortController();
  const followers = [0, 1].map(() => projectActivity(opened.database, hints, { projectId, signal }));
  const events = await Promise.all(followers.map((follower) => follower.next()));
  expect(events[0]?.value).toMatchObject({ projectId, syncId });
  expect(events[0]?.value).toBe(events[1]?.value);
  await opened.database.system.execute(
    `UPDATE project_sync SET phase = 'SCAN' WHERE project_id = $1 AND id = $2`,
    [projectId, syncId],
  );
  await write(1, 'COMPLETED');
  for (const follower of followers) {
    expect((await follower.next()).value).toMatchObject({ syncId });
    await follower.return(undefined);
  }
});
