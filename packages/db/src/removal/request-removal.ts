import { randomUUID } from 'node:crypto';
import { recordAudit, type AuditOrigin } from '../audit/record-audit.ts';
import type { Database, Sql } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { cancelStatement } from '../syncs/cancel-sync.ts';

/** The queue of removals to purge. */
export const REMOVE_QUEUE = 'remove';

/** A removal: of a branch, of a repository with its branches, or of the whole project. */
export interface Removal {
  readonly projectId: string;
  readonly kind: 'project' | 'repository' | 'branch';
  /** The ID of the branch, repository or project. */
  readonly id: string;
  readonly origin: AuditOrigin;
}

// The row is renamed at once, so that connecting the same repository again creates a new row instead of reviving a
// half-deleted one, and a slug is free for the next project. Neither slugs nor branch names nor addresses contain spaces.
const mark: Record<Removal['kind'], string> = {
  project: `UPDATE project SET removed_at = now(), slug = slug || ' removed ' || $3::text
             WHERE id = $1 AND $2::text <> $3::text AND removed_at IS NULL`,
  repository: `UPDATE repository SET removed_at = now(), url = url || ' removed ' || $3
                WHERE project_id = $1 AND id = $2::uuid AND removed_at IS NULL`,
  branch: `UPDATE branch SET removed_at = now(), name = name || ' removed ' || $3
            WHERE project_id = $1 AND id = $2::uuid AND removed_at IS NULL`,
};
const branchesOfRepository = `UPDATE branch SET removed_at = now() WHERE project_id = $1 AND repository_id = $2 AND removed_at IS NULL`;

const syncsOf: Record<Removal['kind'], string> = {
  project: cancelStatement('$2::uuid IS NOT NULL'),
  repository: cancelStatement('repository_id = $2::uuid'),
  branch: cancelStatement('branch_id = $2::uuid'),
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
  const { projectId, kind, id, origin } = removal;
  const mine = randomUUID();
  if ((await sql.execute(mark[kind], [projectId, id, mine])) === 0) return false;
  if (kind === 'repository') await sql.execute(branchesOfRepository, [projectId, id]);
  await sql.query(syncsOf[kind], [projectId, id, 'The branch has been removed.']);
  await recordAudit(sql, { projectId, action: `${kind}.remove`, subject: id, ...origin });
  await jobs.send(REMOVE_QUEUE, { projectId, kind, id }, { sql, key: id });
  return true;
}
