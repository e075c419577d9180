import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { SYNC_CHANNEL } from '../syncs/sync-row.ts';

/** The queue of removals to purge. */
export const REMOVE_QUEUE = 'remove';

/** A removal: of a branch, of a repository with its branches, or of the whole project. */
export interface Removal {
  readonly projectId: string;
  readonly kind: 'project' | 'repository' | 'branch';
  /** The ID of the branch, repository or project. */
  readonly id: string;
  readonly actorId: string | null;
}

// The row is renamed at once, so that connecting the same repository again creates a new row instead of reviving a
// half-deleted one. Neither branch names nor addresses contain spaces.
const mark: Record<Removal['kind'], string> = {
  project: 'UPDATE project SET removed_at = now() WHERE id = $1 AND $2::text <> $3 AND removed_at IS NULL',
  repository: `UPDATE repository SET removed_at = now(), url = url || ' removed ' || $3
                WHERE project_id = $1 AND id = $2::uuid AND removed_at IS NULL`,
  branch: `UPDATE branch SET removed_at = now(), name = name || ' removed ' || $3
            WHERE project_id = $1 AND id = $2::uuid AND removed_at IS NULL`,
};
const branchesOfRepository = `UPDATE branch SET removed_at = now() WHERE project_id = $1 AND repository_id = $2 AND removed_at IS NULL`;

// Raising the fence stops a worker: its writes match no row from now on.
const cancel = (which: string) => `
  WITH ended AS (
    UPDATE project_sync
       SET status = 'CANCELLED', fence = fence + 1, lease_until = NULL, completed_at = now(),
           cancel_requested_at = coalesce(cancel_requested_at, now()), last_sequence = last_sequence + 1
     WHERE project_id = $1 AND status IN ('QUEUED', 'RUNNING') AND ${which}
    RETURNING id, last_sequence, phase, progress, stats
  ), logged AS (
    INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats)
    SELECT $1, id, last_sequence, 'CANCELLED', phase, progress, 'The branch has been removed.', stats FROM ended
    RETURNING sync_id
  )
  SELECT pg_notify($3, $1::text || ' ' || sync_id::text), pg_notify('project_sync_cancel', sync_id::text) FROM logged`;
const syncsOf: Record<Removal['kind'], string> = {
  project: cancel('$2::uuid IS NOT NULL'),
  repository: cancel('repository_id = $2::uuid'),
  branch: cancel('branch_id = $2::uuid'),
};

/**
 * Removes something for all users in one transaction: marks it, ends its syncs, writes the audit log, and queues a job
 * that purges its rows. Returns false when there is nothing to remove.
 */
export function requestRemoval(
  database: Database,
  jobs: Pick<Jobs, 'send'>,
  removal: Removal,
): Promise<boolean> {
  return database.transaction((sql) => remove(sql, jobs, removal));
}

async function remove(sql: Sql, jobs: Pick<Jobs, 'send'>, removal: Removal): Promise<boolean> {
  const { projectId, kind, id, actorId } = removal;
  const mine = randomUUID();
  if ((await sql.execute(mark[kind], [projectId, id, mine])) === 0) return false;
  if (kind === 'repository') await sql.execute(branchesOfRepository, [projectId, id]);
  await sql.query(syncsOf[kind], [projectId, id, SYNC_CHANNEL]);
  await sql.execute(
    'INSERT INTO audit_log (project_id, id, actor_id, action, subject) VALUES ($1, $2, $3, $4, $5)',
    [projectId, mine, actorId, `${kind}.remove`, id],
  );
  await jobs.send(REMOVE_QUEUE, { projectId, kind, id }, { sql, key: id });
  return true;
}
