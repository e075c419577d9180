import {
  emptyStats,
  syncStatuses,
  transitions,
  type Claim,
  type Ending,
  type SyncClaims,
  type SyncHappening,
  type SyncStatus,
} from '@project-sync/sync';
import { claimedSync } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  insertProject,
  insertRepository,
  lineReader,
  openTestDatabase,
  type TestDatabase,
} from '../testing/index.ts';
import { requestRemoval } from '../removal/request-removal.ts';
import { cancelSync } from './cancel-sync.ts';
import { startSync } from './start-sync.ts';
import { syncClaims } from './sync-claims.ts';
import { noOrigin } from '../audit/record-audit.ts';

const noJobs = { send: () => Promise.resolve(), sendAll: () => Promise.resolve() };
const happenings = Object.keys(transitions.QUEUED) as SyncHappening[];
let opened: TestDatabase;
let projectId: string;
/** Two workers: what one of them loses, the other one claims. */
let claims: SyncClaims;
let others: SyncClaims;
beforeAll(async () => {
  opened = await openTestDatabase();
  projectId = await insertProject(opened.database);
  claims = syncClaims(opened.database, lineReader.version);
  others = syncClaims(opened.database, lineReader.version);
});
afterAll(() => opened.close());

interface Sync {
  readonly id: string;
  readonly branchId: string;
  /** Null while the sync waits. */
  readonly claim: Claim | null;
}

const ending = (happening: Ending['happening']): Ending => ({
  happening,
  message: happening,
  stats: emptyStats(),
  warnings: [],
  failure: happening === 'fail' ? { code: 'INTERNAL', message: 'It failed.', retryable: true } : null,
});

async function statusOf(id: string): Promise<SyncStatus> {
  const [row] = await opened.database.system.query<{ status: SyncStatus }>(
    'SELECT status::text AS status FROM project_sync WHERE id = $1',
    [id],
  );
  if (row === undefined) throw new Error(`There is no sync ${id}.`);
  return row.status;
}

/** Brings a new sync into a state through the same functions that the product calls. */
async function syncIn(status: SyncStatus): Promise<Sync> {
  const repositoryId = await insertRepository(
    opened.database,
    projectId,
    `https://code.example/${Math.random()}`,
  );
  const { id } = await startSync(opened.database, noJobs, {
    projectId,
    repositoryId,
    branch: 'main',
    trigger: 'MANUAL',
    full: false,
    restoredFromId: null,
    requestedBy: null,
  });
  const [row] = await opened.database.system.query<{ branch_id: string }>(
    'SELECT branch_id FROM project_sync WHERE id = $1',
    [id],
  );
  const branchId = row?.branch_id ?? '';
  if (status === 'QUEUED') return { id, branchId, claim: null };
  const claim = await claims.claim();
  if (claim?.sync.id !== id) throw new Error('Another sync was claimed.');
  const end = { COMPLETED: 'complete', FAILED: 'fail', CANCELLED: 'cancel', RUNNING: null } as const;
  const happening = end[status];
  if (happening !== null) expect(await claims.end(claim, ending(happening))).toBe(true);
  expect(await statusOf(id)).toBe(status);
  return { id, branchId, claim };
}

/** A claim as a worker would hold it, for a sync that nothing has claimed: its fence is the row's. */
async function claimOf(sync: Sync): Promise<Claim> {
  if (sync.claim !== null) return sync.claim;
  const [row] = await opened.database.system.query<{ fence: number }>(
    'SELECT fence FROM project_sync WHERE id = $1',
    [sync.id],
  );
  return {
    fence: row?.fence ?? 0,
    sync: claimedSync({ projectId, id: sync.id, branchId: sync.branchId }),
  };
}

/** Lets an event happen, and returns whether it had an effect. */
const happen: Record<SyncHappening, (sync: Sync) => Promise<boolean>> = {
  claim: async ({ id }) => (await others.claim())?.sync.id === id,
  /** The lease runs out: the sync counts as waiting, which another worker's claim shows. */
  async lost(sync) {
    await claims.giveBack(await claimOf(sync), -1);
    const waits = (await claims.stranded()).some(({ syncId }) => syncId === sync.id);
    const again = waits ? await others.claim() : null;
    return again?.sync.id === sync.id && again.fence > (sync.claim?.fence ?? 0);
  },
  complete: async (sync) => claims.end(await claimOf(sync), ending('complete')),
  fail: async (sync) => claims.end(await claimOf(sync), ending('fail')),
  cancel: async ({ id }) => {
    const answer = await cancelSync(opened.database, projectId, id);
    if (answer !== 'asked') return answer === 'ended';
    const running = await claimOf(await runningSync(id));
    expect(await claims.heartbeat(running)).toEqual({ held: true, cancelled: true });
    return claims.end(running, ending('cancel'));
  },
};

const running = new Map<string, Sync>();
async function runningSync(id: string): Promise<Sync> {
  const sync = running.get(id);
  if (sync === undefined) throw new Error(`The sync ${id} does not run.`);
  return Promise.resolve(sync);
}

/** Ends what a case left active, so that the next one claims its own sync. */
async function clear(branchId: string): Promise<void> {
  await requestRemoval(opened.database, noJobs, {
    projectId,
    kind: 'branch',
    id: branchId,
    origin: noOrigin,
  });
}

test.each(syncStatuses.flatMap((status) => happenings.map((happening) => [status, happening] as const)))(
  'a %s sync answers %s as the state table says',
  async (status, happening) => {
    const sync = await syncIn(status);
    if (status === 'RUNNING') running.set(sync.id, sync);
    const next = transitions[status][happening];
    expect(await happen[happening](sync)).toBe(next !== null);
    // A lost sync is claimed again at once, so it is seen as running and not as waiting.
    expect(await statusOf(sync.id)).toBe(happening === 'lost' ? status : (next ?? status));
    await clear(sync.branchId);
  },
);

test.each(syncStatuses)(
  'the removal of its branch cancels a sync that is %s where the table allows it',
  async (status) => {
    const sync = await syncIn(status);
    await clear(sync.branchId);
    expect(await statusOf(sync.id)).toBe(transitions[status].cancel ?? status);
    const events = await opened.database.system.query<{ status: string }>(
      'SELECT status::text AS status FROM sync_event WHERE sync_id = $1 ORDER BY sequence',
      [sync.id],
    );
    expect(events.at(-1)?.status).toBe(transitions[status].cancel ?? status);
  },
);
