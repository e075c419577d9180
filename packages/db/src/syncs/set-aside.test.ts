import { createSyncWorker, SYNC_QUEUE, type SyncClaims } from '@project-sync/sync';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openJobs, type Jobs } from '../jobs/open-jobs.ts';
import {
  insertProject,
  insertRepository,
  lineReader,
  openTestDatabase,
  type TestDatabase,
} from '../testing/index.ts';
import { endLeases } from './end-leases.ts';
import { startSync } from './start-sync.ts';
import { syncClaims } from './sync-claims.ts';

let opened: TestDatabase;
let jobs: Jobs;
let projectId: string;
let repositoryId: string;
let claims: SyncClaims;
beforeAll(async () => {
  opened = await openTestDatabase();
  projectId = await insertProject(opened.database);
  repositoryId = await insertRepository(opened.database, projectId, 'https://code.example/deadly');
  jobs = await openJobs(opened.database, [SYNC_QUEUE], (error) => {
    throw error;
  });
  claims = syncClaims(opened.database, lineReader.version);
}, 60_000);
afterAll(async () => {
  await jobs.stop();
  await opened.close();
});

const start = (branch: string) =>
  startSync(opened.database, jobs, {
    projectId,
    repositoryId,
    branch,
    trigger: 'MANUAL',
    full: false,
    restoredFromId: null,
    requestedBy: null,
  });

/** A process claims the next sync, and ends without a word. */
async function processDies({ beats, progress = 0 }: { beats: number; progress?: number }) {
  const claim = await claims.claim();
  if (claim === null) throw new Error('No sync waits.');
  for (let beat = 0; beat < beats; beat += 1) await claims.heartbeat(claim);
  await opened.database.system.execute(
    `UPDATE project_sync SET lease_until = now() - interval '1 second', progress = $2 WHERE id = $1`,
    [claim.sync.id, progress],
  );
  return claim.sync;
}

async function stateOf(id: string) {
  const [row] = await opened.database.system.query(
    `SELECT status::text AS status, failure_code AS code, failure_retryable AS retryable FROM project_sync WHERE id = $1`,
    [id],
  );
  return row;
}

test('a sync that ended its process twice is set aside with its reason, and does not run a third time', async () => {
  const { id } = await start('deadly');
  await processDies({ beats: 1 });
  expect((await processDies({ beats: 1 })).deaths).toBe(3);
  const opens = vi.fn();
  const worker = createSyncWorker({
    claims: syncClaims(opened.database, lineReader.version),
    jobs,
    log: { info: () => undefined, error: () => undefined },
    openSource: () => {
      opens();
      return Promise.reject(new Error('It ran.'));
    },
    reader: lineReader,
    enrichments: [],
    limits: { maxTextBytes: 1, maxBinaryBytes: 1 },
    concurrency: 1,
  });
  await worker.start();
  await vi.waitFor(
    async () =>
      expect(await stateOf(id)).toEqual({ status: 'FAILED', code: 'SYNC_SET_ASIDE', retryable: false }),
    20_000,
  );
  expect(opens).not.toHaveBeenCalled();
  await worker.stop();
}, 60_000);

test('kills that come soon, a sync that gets further, and a worker that stops do not count as such', async () => {
  const { id } = await start('unlucky');
  await processDies({ beats: 0 });
  expect((await processDies({ beats: 0 })).deaths).toBe(1);
  expect((await processDies({ beats: 1, progress: 0.5 })).deaths).toBe(2);
  const further = await claims.claim();
  expect(further?.sync).toMatchObject({ id, deaths: 3 });
  await claims.releaseAll();
  const again = await claims.claim();
  expect(again?.sync).toMatchObject({ id, deaths: 3 });
  if (again !== null) await claims.giveBack(again, 0);
  expect((await claims.claim())?.sync.deaths).toBe(3);
});

test('at the start of an embedded database no lease is waited for, whatever the clock says', async () => {
  await opened.database.system.execute(
    `UPDATE project_sync SET lease_until = now() + interval '1 hour' WHERE status = 'RUNNING'`,
  );
  if (opened.database.kind !== 'embedded') return expect(endLeases(opened.database)).rejects.toThrow();
  expect(await claims.claim()).toBeNull();
  await endLeases(opened.database);
  expect(await claims.claim()).not.toBeNull();
});

test('a project that waits gets a place beside the long syncs of another, which keep theirs', async () => {
  const { database } = opened;
  await database.system.execute(
    `UPDATE project_sync SET lease_until = now() + interval '1 hour' WHERE status = 'RUNNING'`,
  );
  const queue = await openJobs(database, [SYNC_QUEUE], () => undefined);
  const [busy, waiting] = await Promise.all([insertProject(database), insertProject(database)]);
  const sync = async (project: string, branch: string) => {
    const url = `https://code.example/${project}/${branch}`;
    const repository = await insertRepository(database, project, url);
    const wanted = { trigger: 'MANUAL', full: false, restoredFromId: null, requestedBy: null } as const;
    return startSync(database, queue, { ...wanted, projectId: project, repositoryId: repository, branch });
  };
  const long = [await sync(busy, 'one'), await sync(busy, 'two')];
  const opens: string[] = [];
  const gate = Promise.withResolvers<never>();
  const worker = createSyncWorker({
    claims: syncClaims(database, lineReader.version),
    jobs: queue,
    log: { info: () => undefined, error: () => undefined },
    openSource: ({ projectId: project }) => {
      opens.push(project);
      return gate.promise;
    },
    reader: lineReader,
    enrichments: [],
    limits: { maxTextBytes: 1, maxBinaryBytes: 1 },
    concurrency: 1,
  });
  await worker.start();
  await vi.waitFor(() => expect(opens).toEqual([busy]), 20_000);
  await sync(waiting, 'main');
  await vi.waitFor(() => expect(opens).toEqual([busy, waiting]), 20_000);
  const states = await Promise.all(long.map(({ id }) => stateOf(id)));
  expect(states.map((state) => state?.['status']).sort()).toEqual(['QUEUED', 'RUNNING']);
  gate.reject(new Error('The test is over.'));
  await worker.stop();
}, 60_000);
