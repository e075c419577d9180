import type { Claim, SyncOrigin, SyncPhase } from '@project-sync/sync';
import type { Database } from '../database/database.ts';
import { afterSql, isRunningSql, isWaitingSql } from './status-sql.ts';
import { LEASE_SECONDS } from './sync-row.ts';

// The oldest waiting sync of the project with the fewest running ones, so that a project with a thousand branches does
// not delay a project with one. A sync whose lease has run out counts as waiting. The project's row is locked for
// share, so that no purge of its contents runs while a sync begins. A branch's syncs run one after the other.
const deathPoints = 'CASE WHEN s.beats > 0 THEN 3 ELSE 1 END';
const claimNext = `
  WITH busy AS (
    SELECT project_id, count(*) AS running FROM project_sync
     WHERE ${isRunningSql()} AND lease_until > now() GROUP BY project_id
  ), next AS (
    -- A worker that gives a sync back takes its name off it: where one still stands there, its process ended.
    SELECT s.project_id, s.id, p.read_split, p.read_redaction, ${isRunningSql('s.status')} AND s.worker_id IS NOT NULL AS died
      FROM project_sync s JOIN project p ON p.id = s.project_id LEFT JOIN busy ON busy.project_id = s.project_id
     WHERE (NOT $3 OR busy.running IS NULL)
       AND ((${isRunningSql('s.status')} AND s.lease_until <= now())
        OR (${isWaitingSql('s.status')} AND p.syncs_paused_at IS NULL AND NOT EXISTS (
              SELECT FROM project_sync o
               WHERE o.project_id = s.project_id AND o.branch_id = s.branch_id AND o.id <> s.id
                 AND (${isRunningSql('o.status')}
                      OR (${isWaitingSql('o.status')} AND (o.queued_at, o.id) < (s.queued_at, s.id))))))
     ORDER BY coalesce(busy.running, 0), s.queued_at
     LIMIT 1
     FOR UPDATE OF s SKIP LOCKED FOR SHARE OF p SKIP LOCKED
  ), taken AS (
    UPDATE project_sync s
       SET status = ${afterSql('claim')}, fence = s.fence + 1, worker_id = $1, lease_until = now() + make_interval(secs => $2),
           started_at = coalesce(s.started_at, now()), attempts = s.attempts + 1, beats = 0,
           deaths = CASE WHEN NOT n.died THEN s.deaths
                         WHEN s.progress > coalesce(s.death_progress, -1) THEN ${deathPoints}
                         ELSE s.deaths + ${deathPoints} END,
           death_progress = CASE WHEN n.died THEN s.progress ELSE s.death_progress END,
           passages_after = coalesce(s.passages_after, (SELECT max(p.ordinal) FROM passage p WHERE p.project_id = s.project_id), 0)
      FROM next n WHERE s.project_id = n.project_id AND s.id = n.id
    RETURNING s.*, n.read_split, n.read_redaction
  )
  SELECT t.project_id, t.id, t.repository_id, t.branch_id, b.name AS branch, t."full", t.fence, coalesce(t.number, b.head + 1) AS number,
         (SELECT r.number FROM project_sync r WHERE r.project_id = t.project_id AND r.id = t.restored_from_id) AS restored_number, t.attempts, t.deaths, t.phase,
         t.finalized_at IS NOT NULL AS finalized, t.read_split, t.read_redaction, r.ignore_rules, r.rules_version, t.trigger, t.requested_by, t.ordinal, t.trace_parent, p.slug AS project, r.name AS repository,
         greatest(extract(epoch FROM t.started_at - t.queued_at), 0)::float8 * 1000 AS waited_ms,
         CASE WHEN t.attempts = 1 THEN 0 ELSE greatest(extract(epoch FROM now() - t.started_at), 0) END::float8 * 1000 AS ran_ms
    FROM taken t JOIN branch b ON b.project_id = t.project_id AND b.id = t.branch_id
    JOIN project p ON p.id = t.project_id JOIN repository r ON r.project_id = t.project_id AND r.id = t.repository_id`;

interface ClaimedRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly repository_id: string;
  readonly branch_id: string;
  readonly branch: string;
  readonly full: boolean;
  readonly fence: number;
  readonly attempts: number;
  readonly deaths: number;
  readonly phase: SyncPhase;
  readonly number: number;
  readonly restored_number: number | null;
  readonly finalized: boolean;
  readonly read_split: number;
  readonly read_redaction: number;
  readonly ignore_rules: string;
  readonly rules_version: number;
  readonly trigger: SyncOrigin['trigger'];
  readonly requested_by: string | null;
  readonly project: string;
  readonly repository: string;
  readonly ordinal: number;
  readonly trace_parent: string | null;
  readonly waited_ms: number;
  readonly ran_ms: number;
}

const UNIQUE_VIOLATION = '23505';

/** Claims the next waiting sync of any project, or of those that have none running; null when none waits. */
export async function claimSync(
  database: Database,
  worker: string,
  ofIdleProjects = false,
): Promise<Claim | null> {
  const row = await claimRow(database, worker, ofIdleProjects);
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
      deaths: row.deaths,
      phase: row.phase,
      ignoreRules: { text: row.ignore_rules, version: row.rules_version },
      readBy: { split: row.read_split, redaction: row.read_redaction },
      origin: {
        project: row.project,
        repository: row.repository,
        ordinal: row.ordinal,
        trigger: row.trigger,
        requestedBy: row.requested_by,
        traceParent: row.trace_parent,
        waitedMs: row.waited_ms,
        ranMs: row.ran_ms,
      },
    },
  };
}

async function claimRow(
  database: Database,
  worker: string,
  ofIdleProjects: boolean,
): Promise<ClaimedRow | undefined> {
  try {
    const [row] = await database.system.query<ClaimedRow>(claimNext, [worker, LEASE_SECONDS, ofIdleProjects]);
    return row;
  } catch (error) {
    // Two workers claimed two syncs of one branch in the same instant, and the index allowed one of them.
    if (error instanceof Error && Reflect.get(error, 'code') === UNIQUE_VIOLATION)
      return claimRow(database, worker, ofIdleProjects);
    throw error;
  }
}
