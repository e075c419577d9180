import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { cancelStatement } from '../syncs/cancel-sync.ts';

/** The queue of what is to be let go. */
export const REMOVE_QUEUE = 'remove';

/** What an owner removes: a branch, a repository with its branches, or the whole project. */
export interface Removal {
  readonly projectId: string;
  readonly kind: 'project' | 'repository' | 'branch';
  /** The id of what is removed. */
  readonly id: string;
  readonly actorId: string | null;
}

// The row gives its name away at once, so that somebody who connects the same again gets a new one, and what is being
// let go never comes back half. No branch and no address holds a space.
const mark: Record<Removal['kind'], string> = {
  project: 'UPDATE project SET removed_at = now() WHERE id = $1 AND $2::text <> $3 AND removed_at IS NULL',
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
 * Removes something for everyone, in one transaction: it is marked, its syncs end, the audit log has it, and a job lets
 * go of what it held in the background. False when there is nothing to remove.
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
  await sql.query(syncsOf[kind], [projectId, id, 'What it was syncing has been removed']);
  await sql.execute(
    'INSERT INTO audit_log (project_id, id, actor_id, action, subject) VALUES ($1, $2, $3, $4, $5)',
    [projectId, mine, actorId, `${kind}.remove`, id],
  );
  await jobs.send(REMOVE_QUEUE, { projectId, kind, id }, { sql, key: id });
  return true;
}
