import { startIn } from '../syncs/start-sync.ts';
import type { Database } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';

/** A page of a branch that is to have a part by the language model, or is no longer to have one. */
export interface PageRequest {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly branchId: string;
  readonly branch: string;
  readonly path: string;
  readonly isWanted: boolean;
  readonly userId: string | null;
}

const withdraw = `
  UPDATE page_request SET superseded_at = now()
   WHERE project_id = $1 AND branch_id = $2 AND path = $3 AND superseded_at IS NULL`;
const request = `
  INSERT INTO page_request (project_id, id, branch_id, path, requested_by)
  VALUES ($1, gen_random_uuid(), $2, $3, $4) ON CONFLICT DO NOTHING`;

/** Records the wish, and starts the sync that fulfils it: written together, so that neither is there without the other. */
export function requestPage(
  database: Pick<Database, 'transaction'>,
  jobs: Pick<Jobs, 'sendAll'>,
  { projectId, repositoryId, branchId, branch, path, isWanted, userId }: PageRequest,
): Promise<{ readonly id: string }> {
  return database.transaction(async (sql) => {
    if (isWanted) await sql.execute(request, [projectId, branchId, path, userId]);
    else await sql.execute(withdraw, [projectId, branchId, path]);
    return startIn(sql, jobs, {
      projectId,
      repositoryId,
      branch,
      trigger: 'MANUAL',
      full: false,
      restoredFromId: null,
      requestedBy: userId,
    });
  });
}
