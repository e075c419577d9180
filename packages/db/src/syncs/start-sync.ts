import { randomUUID } from 'node:crypto';
import { emptyStats, SyncError } from '@project-sync/sync';
import type { Database, Sql } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { SYNC_CHANNEL } from './sync-row.ts';

/** The queue whose jobs wake a worker. Which sync it then takes is decided by the rows. */
export const SYNC_QUEUE = 'sync';

/** What is to be synced. */
export interface SyncRequest {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly branch: string;
  readonly trigger: 'MANUAL' | 'WEBHOOK' | 'SCHEDULE' | 'RESTORE';
  readonly full: boolean;
  readonly restoredFromId: string | null;
  readonly requestedBy: string | null;
}

/** The sync that is active on the branch now, and whether this request made it. */
export interface StartedSync {
  readonly id: string;
  readonly isNew: boolean;
  /** The sync whose state it brings back; null for one that asks the source. */
  readonly restores: string | null;
}

const branchOf = `
  INSERT INTO branch (project_id, id, repository_id, name)
  SELECT r.project_id, $2::uuid, r.id, $4 FROM repository r JOIN project p ON p.id = r.project_id
   WHERE r.project_id = $1 AND r.id = $3::uuid AND r.removed_at IS NULL AND p.removed_at IS NULL
  ON CONFLICT (project_id, repository_id, name) DO UPDATE SET name = excluded.name
  RETURNING id`;

const insert = `
  WITH made AS (
    INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, "full", restored_from_id, requested_by, stats, last_sequence)
    VALUES ($1, $2, $3, $4, $5::sync_trigger, $6, $7, $8, $9::jsonb, 1)
    ON CONFLICT DO NOTHING
    RETURNING id
  ), told AS (
    INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats)
    SELECT $1, id, 1, 'QUEUED', 'PREPARE', 0, 'Waiting for a worker', $9::jsonb FROM made
    RETURNING sync_id
  )
  SELECT sync_id AS id, pg_notify($10, $1::text || ' ' || sync_id::text) FROM told`;

// A restore waits behind whatever is active; anything else is what is active already.
const active = `
  SELECT id, restored_from_id FROM project_sync
   WHERE project_id = $1 AND branch_id = $2 AND status IN ('QUEUED', 'RUNNING') AND (NOT $3 OR trigger = 'RESTORE')
   ORDER BY status DESC, queued_at LIMIT 1`;

/** Starts a sync, or gives the one that is active on the branch: row, first event and job in one transaction. */
export function startSync(
  database: Database,
  jobs: Pick<Jobs, 'send'>,
  request: SyncRequest,
): Promise<StartedSync> {
  return database.transaction((sql) => startIn(sql, jobs, request));
}

async function startIn(sql: Sql, jobs: Pick<Jobs, 'send'>, request: SyncRequest): Promise<StartedSync> {
  const { projectId, repositoryId } = request;
  // The branch's row is locked by this, so that of many starts at once each sees what the one before it made.
  const [branch] = await sql.query<{ id: string }>(branchOf, [
    projectId,
    randomUUID(),
    repositoryId,
    request.branch,
  ]);
  if (branch === undefined)
    throw new SyncError('REPOSITORY_NOT_FOUND', 'The repository has been removed from its project.');
  const [running] = await sql.query<{ id: string; restored_from_id: string | null }>(active, [
    projectId,
    branch.id,
    request.trigger === 'RESTORE',
  ]);
  if (running !== undefined) return { id: running.id, isNew: false, restores: running.restored_from_id };
  const [made] = await sql.query<{ id: string }>(insert, [
    projectId,
    randomUUID(),
    repositoryId,
    branch.id,
    request.trigger,
    request.full,
    request.restoredFromId,
    request.requestedBy,
    JSON.stringify(emptyStats()),
    SYNC_CHANNEL,
  ]);
  if (made === undefined) throw new Error('A branch took a sync that its lock should have kept away.');
  await jobs.send(SYNC_QUEUE, { projectId, syncId: made.id }, { sql });
  return { id: made.id, isNew: true, restores: request.restoredFromId };
}

/**
 * Asks a sync to stop. One that nobody has taken ends here; one at work ends in its worker. Null when it had ended.
 */
export async function cancelSync(
  database: Database,
  projectId: string,
  syncId: string,
): Promise<'ended' | 'asked' | null> {
  return database.transaction(async (sql) => {
    const ended = await sql.execute(
      `WITH ended AS (
         UPDATE project_sync SET status = 'CANCELLED', cancel_requested_at = now(), completed_at = now(), last_sequence = last_sequence + 1
          WHERE project_id = $1 AND id = $2 AND status = 'QUEUED'
         RETURNING last_sequence, phase, progress, stats
       ), told AS (
         INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats)
         SELECT $1, $2, last_sequence, 'CANCELLED', phase, progress, 'Cancelled before it began', stats FROM ended RETURNING 1
       )
       SELECT pg_notify($3, $1::text || ' ' || $2::text) FROM told`,
      [projectId, syncId, SYNC_CHANNEL],
    );
    if (ended > 0) return 'ended';
    const asked = await sql.execute(
      `UPDATE project_sync SET cancel_requested_at = coalesce(cancel_requested_at, now())
        WHERE project_id = $1 AND id = $2 AND status = 'RUNNING'`,
      [projectId, syncId],
    );
    if (asked === 0) return null;
    await sql.query(`SELECT pg_notify('project_sync_cancel', $1)`, [syncId]);
    return 'asked';
  });
}
