import { randomUUID } from 'node:crypto';
import { emptyStats, phases, SYNC_QUEUE, SyncError, type SyncStatus } from '@project-sync/sync';
import type { Database, Sql } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { isActiveSql } from './status-sql.ts';
import { SYNC_CHANNEL } from './sync-row.ts';

/** A request to sync a branch. */
export interface SyncRequest {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly branch: string;
  readonly trigger: 'MANUAL' | 'WEBHOOK' | 'SCHEDULE' | 'RESTORE';
  readonly full: boolean;
  readonly restoredFromId: string | null;
  readonly requestedBy: string | null;
  /** The trace that the sync belongs to, as the header `traceparent` writes it. */
  readonly traceParent?: string | null;
  /** Of a restore: pin the branch to it, for this reason. */
  readonly pin?: { readonly reason: string | null };
}

/** The sync that answers a request: a new one, or the one that was already active on the branch. */
export interface StartedSync {
  readonly id: string;
  readonly isNew: boolean;
  /** The sync whose snapshot it restores; null for a sync from the source. */
  readonly restores: string | null;
}

const branchOf = `
  INSERT INTO branch (project_id, id, repository_id, name)
  SELECT r.project_id, $2::uuid, r.id, $4 FROM repository r JOIN project p ON p.id = r.project_id
   WHERE r.project_id = $1 AND r.id = $3::uuid AND r.removed_at IS NULL AND p.removed_at IS NULL
  ON CONFLICT (project_id, repository_id, name) DO UPDATE SET name = excluded.name
  RETURNING id, pinned_at IS NOT NULL AS pinned`;

const pin = `
  UPDATE branch SET pinned_sync_id = $3, pinned_at = now(), pinned_by = $4, pin_reason = $5
   WHERE project_id = $1 AND id = $2`;

const initialStatus: SyncStatus = 'QUEUED';
const insert = `
  WITH made AS (
    INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, "full", restored_from_id, requested_by, stats, status, last_sequence, trace_parent)
    VALUES ($1, $2, $3, $4, $5::sync_trigger, $6, $7, $8, $9::jsonb, '${initialStatus}', 1, $10)
    ON CONFLICT DO NOTHING
    RETURNING id
  ), logged AS (
    INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats)
    SELECT $1, id, 1, '${initialStatus}', '${phases[0]}', 0, 'Waiting for a worker', $9::jsonb FROM made
    RETURNING sync_id
  )
  SELECT sync_id AS id, pg_notify('${SYNC_CHANNEL}', $1::text || ' ' || sync_id::text) FROM logged`;

// A restore waits behind the active sync. Any other request is answered by the active sync itself.
const active = `
  SELECT id, restored_from_id FROM project_sync
   WHERE project_id = $1 AND branch_id = $2 AND ${isActiveSql()} AND (NOT $3 OR trigger = 'RESTORE')
   ORDER BY status DESC, queued_at LIMIT 1`;

/** Starts a sync, or returns the active one of the branch. Row, first event and job are written in one transaction. */
export function startSync(
  database: Database,
  jobs: Pick<Jobs, 'send'>,
  request: SyncRequest,
): Promise<StartedSync> {
  return database.transaction((sql) => startIn(sql, jobs, request));
}

/** Starts a sync in a transaction of the caller, so that it is written together with its reason. */
export async function startIn(
  sql: Sql,
  jobs: Pick<Jobs, 'send'>,
  request: SyncRequest,
): Promise<StartedSync> {
  const { projectId, repositoryId } = request;
  // This locks the branch's row, so that each of several concurrent requests sees the sync that the first one made.
  const [branch] = await sql.query<{ id: string; pinned: boolean }>(branchOf, [
    projectId,
    randomUUID(),
    repositoryId,
    request.branch,
  ]);
  if (branch === undefined)
    throw new SyncError('REPOSITORY_NOT_FOUND', 'The repository has been removed from its project.');
  if (branch.pinned && request.trigger !== 'RESTORE')
    throw new SyncError('BRANCH_PINNED', 'The branch is pinned to a restored state. Release it, then sync.');
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
    request.traceParent ?? null,
  ]);
  if (made === undefined)
    throw new Error('The branch already has an active sync, although its row is locked.');
  await jobs.send(SYNC_QUEUE, { projectId, syncId: made.id }, { sql });
  if (request.pin !== undefined)
    await sql.execute(pin, [projectId, branch.id, made.id, request.requestedBy, request.pin.reason]);
  return { id: made.id, isNew: true, restores: request.restoredFromId };
}
