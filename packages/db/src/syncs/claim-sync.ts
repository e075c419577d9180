import type { ClaimedSync, SyncHappening, SyncStats, SyncWarning } from '@project-sync/sync';
import type { Database } from '../database/database.ts';
import { sweepMarks } from '../engine/assert-lease.ts';
import { LEASE_SECONDS, SYNC_CHANNEL } from './sync-row.ts';

/** A claim: the sync, and the fence that its writes must carry. */
export interface Claim {
  readonly sync: ClaimedSync;
  readonly fence: number;
}

// The oldest waiting sync of the project that has the fewest at work: a project with a thousand branches does not
// keep one with a single branch waiting. A sync whose worker is silent counts as waiting. The project's row is shared, so
// that nobody lets go of its contents while a sync begins. A branch's syncs go one after the other.
const claim = `
  WITH busy AS (
    SELECT project_id, count(*) AS running FROM project_sync
     WHERE status = 'RUNNING' AND lease_until >= now() GROUP BY project_id
  ), next AS (
    SELECT s.project_id, s.id, p.read_split, p.read_redaction
      FROM project_sync s JOIN project p ON p.id = s.project_id LEFT JOIN busy ON busy.project_id = s.project_id
     WHERE (s.status = 'RUNNING' AND s.lease_until < now())
        OR (s.status = 'QUEUED' AND NOT EXISTS (
              SELECT FROM project_sync o
               WHERE o.project_id = s.project_id AND o.branch_id = s.branch_id AND o.id <> s.id
                 AND (o.status = 'RUNNING' OR (o.status = 'QUEUED' AND (o.queued_at, o.id) < (s.queued_at, s.id)))))
     ORDER BY coalesce(busy.running, 0), s.queued_at
     LIMIT 1
     FOR UPDATE OF s SKIP LOCKED FOR SHARE OF p SKIP LOCKED
  ), taken AS (
    UPDATE project_sync s
       SET status = 'RUNNING', fence = s.fence + 1, worker_id = $1, lease_until = now() + make_interval(secs => $2),
           started_at = coalesce(s.started_at, now()), attempts = s.attempts + 1,
           passages_after = coalesce(s.passages_after, (SELECT max(p.ordinal) FROM passage p WHERE p.project_id = s.project_id), 0)
      FROM next n WHERE s.project_id = n.project_id AND s.id = n.id
    RETURNING s.*, n.read_split, n.read_redaction
  )
  SELECT t.project_id, t.id, t.repository_id, t.branch_id, b.name AS branch, t."full", t.fence, coalesce(t.number, b.head + 1) AS number,
         (SELECT r.number FROM project_sync r WHERE r.project_id = t.project_id AND r.id = t.restored_from_id) AS restored_number, t.attempts,
         t.finalized_at IS NOT NULL AS finalized, t.read_split, t.read_redaction
    FROM taken t JOIN branch b ON b.project_id = t.project_id AND b.id = t.branch_id`;

interface ClaimedRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly repository_id: string;
  readonly branch_id: string;
  readonly branch: string;
  readonly full: boolean;
  readonly fence: number;
  readonly attempts: number;
  readonly number: number;
  readonly restored_number: number | null;
  readonly finalized: boolean;
  readonly read_split: number;
  readonly read_redaction: number;
}

/** Takes the next sync that waits, whichever it is. */
export async function claimSync(database: Database, worker: string): Promise<Claim | null> {
  const row = await claimed(database, worker);
  if (row === undefined) return null;
  return {
    fence: row.fence,
    sync: {
      projectId: row.project_id,
      id: row.id,
      repositoryId: row.repository_id,
      branchId: row.branch_id,
      branch: row.branch,
      full: row.full,
      restoredNumber: row.restored_number,
      number: row.number,
      finalized: row.finalized,
      attempts: row.attempts,
      readBy: { split: row.read_split, redaction: row.read_redaction },
    },
  };
}

async function claimed(database: Database, worker: string): Promise<ClaimedRow | undefined> {
  try {
    const [row] = await database.system.query<ClaimedRow>(claim, [worker, LEASE_SECONDS]);
    return row;
  } catch (error) {
    // Two workers took two syncs of one branch in the same instant; the index let one of them have it.
    if (error instanceof Error && Reflect.get(error, 'code') === '23505') return claimed(database, worker);
    throw error;
  }
}

/** Says that the worker lives. False when the sync is not its own any more. */
export async function heartbeat(
  database: Database,
  { sync, fence }: Claim,
): Promise<{ held: boolean; cancelled: boolean }> {
  const [row] = await database.system.query<{ cancelled: boolean }>(
    `UPDATE project_sync SET lease_until = now() + make_interval(secs => $4)
      WHERE project_id = $1 AND id = $2 AND fence = $3 AND status = 'RUNNING'
      RETURNING cancel_requested_at IS NOT NULL AS cancelled`,
    [sync.projectId, sync.id, fence, LEASE_SECONDS],
  );
  return { held: row !== undefined, cancelled: row?.cancelled ?? false };
}

/** Lets another worker, or this one a little later, go on with a sync. */
export async function giveBack(
  database: Database,
  { sync, fence }: Claim,
  afterSeconds: number,
): Promise<void> {
  await database.system.execute(
    `UPDATE project_sync SET lease_until = now() + make_interval(secs => $4)
      WHERE project_id = $1 AND id = $2 AND fence = $3 AND status = 'RUNNING'`,
    [sync.projectId, sync.id, fence, afterSeconds],
  );
}

/** How a sync ended, and what is told of it. */
export interface Ending {
  readonly happening: Extract<SyncHappening, 'complete' | 'fail' | 'cancel'>;
  readonly message: string;
  readonly stats: SyncStats;
  readonly warnings: readonly SyncWarning[];
  readonly failure: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
}

const statusAfter = { complete: 'COMPLETED', fail: 'FAILED', cancel: 'CANCELLED' } as const;

const end = `
  WITH ended AS (
    UPDATE project_sync
       SET status = $4::sync_status, progress = CASE WHEN $4 = 'COMPLETED' THEN 1 ELSE progress END, stats = $5::jsonb, warnings = $6::jsonb,
           failure_code = $7, failure_message = $8, failure_retryable = $9, completed_at = now(), lease_until = NULL,
           last_sequence = last_sequence + 1
     WHERE project_id = $1 AND id = $2 AND fence = $3 AND status = 'RUNNING'
    RETURNING last_sequence, status, phase, progress, stats
  ), told AS (
    INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats)
    SELECT $1, $2, last_sequence, status, phase, progress, $10, stats FROM ended
    RETURNING sequence
  )
  SELECT pg_notify($11, $1::text || ' ' || $2::text) FROM told`;

/** Writes the one terminal event. A sync that was not finalized leaves no mark behind. */
export async function endSync(database: Database, { sync, fence }: Claim, ending: Ending): Promise<boolean> {
  return database.transaction(async (sql) => {
    const ended = await sql.execute(end, [
      sync.projectId,
      sync.id,
      fence,
      statusAfter[ending.happening],
      JSON.stringify(ending.stats),
      JSON.stringify(ending.warnings),
      ending.failure?.code ?? null,
      ending.failure?.message ?? null,
      ending.failure?.retryable ?? null,
      ending.message,
      SYNC_CHANNEL,
    ]);
    if (ended === 0) return false;
    const [branch] = await sql.query<{ head: number }>(
      'SELECT head FROM branch WHERE project_id = $1 AND id = $2',
      [sync.projectId, sync.branchId],
    );
    if (branch?.head === sync.number - 1) await sweepMarks(sql, sync.projectId, sync.branchId, sync.number);
    return true;
  });
}
