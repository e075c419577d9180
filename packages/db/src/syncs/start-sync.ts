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

// This locks the rows of the branches, so that each of several concurrent requests sees the sync that the first one made.
// In one order: two requests for the same branches would otherwise wait for each other.
const branchesOf = `
  INSERT INTO branch (project_id, id, repository_id, name)
  SELECT r.project_id, w.id, r.id, w.name
    FROM json_to_recordset($1::json) AS w (project_id uuid, repository_id uuid, id uuid, name text)
    JOIN repository r ON r.project_id = w.project_id AND r.id = w.repository_id AND r.removed_at IS NULL
    JOIN project p ON p.id = r.project_id AND p.removed_at IS NULL
   ORDER BY r.project_id, r.id, w.name
  ON CONFLICT (project_id, repository_id, name) DO UPDATE SET name = excluded.name
  RETURNING id, project_id, repository_id, name, pinned_at IS NOT NULL AS pinned`;

const pin = `
  UPDATE branch b SET pinned_sync_id = s.id, pinned_at = now(), pinned_by = $3, pin_reason = $4
    FROM project_sync s WHERE s.project_id = $1 AND s.id = $2 AND b.project_id = s.project_id AND b.id = s.branch_id`;

// A restore waits behind the active sync. Any other request is answered by the active sync itself.
const active = `
  SELECT w.branch_id, s.id, s.restored_from_id
    FROM json_to_recordset($1::json) AS w (project_id uuid, branch_id uuid, restores boolean)
   CROSS JOIN LATERAL (
     SELECT id, restored_from_id FROM project_sync
      WHERE project_id = w.project_id AND branch_id = w.branch_id AND ${isActiveSql()} AND (NOT w.restores OR trigger = 'RESTORE')
      ORDER BY status DESC, queued_at LIMIT 1) s`;

const initialStatus: SyncStatus = 'QUEUED';
const insert = `
  WITH made AS (
    INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, "full", restored_from_id, requested_by, stats, status, last_sequence, trace_parent)
    SELECT w.project_id, w.id, w.repository_id, w.branch_id, w.trigger::sync_trigger, w."full", w.restored_from_id, w.requested_by, $2::jsonb, '${initialStatus}', 1, w.trace_parent
      FROM json_to_recordset($1::json) AS w (project_id uuid, id uuid, repository_id uuid, branch_id uuid, trigger text, "full" boolean, restored_from_id uuid, requested_by text, trace_parent text)
     ORDER BY w.project_id
    ON CONFLICT DO NOTHING
    RETURNING project_id, id
  ), logged AS (
    INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats)
    SELECT project_id, id, 1, '${initialStatus}', '${phases[0]}', 0, 'Waiting for a worker', $2::jsonb FROM made
    RETURNING project_id, sync_id
  )
  SELECT sync_id AS id, pg_notify('${SYNC_CHANNEL}', project_id::text || ' ' || sync_id::text) FROM logged`;

interface BranchRow extends Record<string, unknown> {
  readonly id: string;
  readonly project_id: string;
  readonly repository_id: string;
  readonly name: string;
  readonly pinned: boolean;
}

/** Starts a sync, or returns the active one of the branch. Row, first event and job are written in one transaction. */
export function startSync(
  database: Database,
  jobs: Pick<Jobs, 'sendAll'>,
  request: SyncRequest,
): Promise<StartedSync> {
  return database.transaction((sql) => startIn(sql, jobs, request));
}

/** Starts a sync in a transaction of the caller, so that it is written together with its reason. */
export async function startIn(
  sql: Sql,
  jobs: Pick<Jobs, 'sendAll'>,
  request: SyncRequest,
): Promise<StartedSync> {
  const [started] = await startAllIn(sql, jobs, [request]);
  if (started === undefined) throw new Error('One request has one answer.');
  if (started instanceof SyncError) throw started;
  if (request.pin !== undefined && started.isNew)
    await sql.execute(pin, [request.projectId, started.id, request.requestedBy, request.pin.reason]);
  return started;
}

/**
 * Starts several syncs in a transaction of the caller, by as many statements as one takes. Each request has its answer, in
 * their order: the sync, or why there is none. Requests for one branch share a sync.
 */
export async function startAllIn(
  sql: Sql,
  jobs: Pick<Jobs, 'sendAll'>,
  requests: readonly SyncRequest[],
): Promise<(StartedSync | SyncError)[]> {
  if (requests.length === 0) return [];
  const branches = await lockBranches(sql, requests);
  const wanted = new Map<string, WantedSync>();
  for (const request of requests) {
    const branch = branches.get(placeOf(request));
    if (branch !== undefined && !wanted.has(branch.id) && refusalOf(request, branch) === null)
      wanted.set(branch.id, { request, branch, id: randomUUID() });
  }
  const running = await activeSyncs(sql, [...wanted.values()]);
  const made = [...wanted.values()].filter(({ branch }) => !running.has(branch.id));
  await insertSyncs(sql, jobs, made);
  return requests.map((request, index) => {
    const branch = branches.get(placeOf(request));
    const refused = refusalOf(request, branch);
    if (branch === undefined || refused !== null) return refused ?? removed();
    const found = running.get(branch.id);
    if (found !== undefined) return { id: found.id, isNew: false, restores: found.restored_from_id };
    const own = wanted.get(branch.id);
    if (own === undefined) throw new Error('Each branch that may be synced has a sync.');
    const isNew = requests[index] === own.request;
    return { id: own.id, isNew, restores: own.request.restoredFromId };
  });
}

interface WantedSync {
  readonly request: SyncRequest;
  readonly branch: BranchRow;
  readonly id: string;
}

function placeOf({
  projectId,
  repositoryId,
  branch,
}: Pick<SyncRequest, 'projectId' | 'repositoryId' | 'branch'>) {
  return `${projectId} ${repositoryId} ${branch}`;
}

function removed(): SyncError {
  return new SyncError('REPOSITORY_NOT_FOUND', 'The repository has been removed from its project.');
}

function refusalOf({ trigger }: SyncRequest, branch: BranchRow | undefined): SyncError | null {
  if (branch === undefined) return removed();
  if (!branch.pinned || trigger === 'RESTORE') return null;
  return new SyncError('BRANCH_PINNED', 'The branch is pinned to a restored state. Release it, then sync.');
}

async function lockBranches(
  sql: Sql,
  requests: readonly SyncRequest[],
): Promise<ReadonlyMap<string, BranchRow>> {
  const places = new Map(requests.map((request) => [placeOf(request), request]));
  const rows = await sql.query<BranchRow>(branchesOf, [
    JSON.stringify(
      [...places.values()].map(({ projectId, repositoryId, branch: name }) => ({
        project_id: projectId,
        repository_id: repositoryId,
        id: randomUUID(),
        name,
      })),
    ),
  ]);
  return new Map(
    rows.map((row) => [
      placeOf({ projectId: row.project_id, repositoryId: row.repository_id, branch: row.name }),
      row,
    ]),
  );
}

interface ActiveRow extends Record<string, unknown> {
  readonly branch_id: string;
  readonly id: string;
  readonly restored_from_id: string | null;
}

async function activeSyncs(sql: Sql, wanted: readonly WantedSync[]): Promise<ReadonlyMap<string, ActiveRow>> {
  if (wanted.length === 0) return new Map();
  const rows = await sql.query<ActiveRow>(active, [
    JSON.stringify(
      wanted.map(({ request, branch }) => ({
        project_id: branch.project_id,
        branch_id: branch.id,
        restores: request.trigger === 'RESTORE',
      })),
    ),
  ]);
  return new Map(rows.map((row) => [row.branch_id, row]));
}

async function insertSyncs(
  sql: Sql,
  jobs: Pick<Jobs, 'sendAll'>,
  wanted: readonly WantedSync[],
): Promise<void> {
  if (wanted.length === 0) return;
  const rows = wanted.map(({ request, branch, id }) => ({
    project_id: branch.project_id,
    id,
    repository_id: branch.repository_id,
    branch_id: branch.id,
    trigger: request.trigger,
    full: request.full,
    restored_from_id: request.restoredFromId,
    requested_by: request.requestedBy,
    trace_parent: request.traceParent ?? null,
  }));
  const made = await sql.query(insert, [JSON.stringify(rows), JSON.stringify(emptyStats())]);
  if (made.length < rows.length)
    throw new Error('A branch already has an active sync, although its row is locked.');
  await jobs.sendAll(
    SYNC_QUEUE,
    rows.map(({ project_id: projectId, id }) => ({ key: id, data: { projectId, syncId: id } })),
    sql,
  );
}
