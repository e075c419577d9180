import type { Sql } from '../database/database.ts';

const release = `
  UPDATE branch SET pinned_sync_id = NULL, pinned_at = NULL, pinned_by = NULL, pin_reason = NULL
   WHERE project_id = $1 AND repository_id = $2 AND name = $3 AND removed_at IS NULL AND pinned_at IS NOT NULL`;

/** Releases a branch if it is pinned, so that syncs move it again. */
export async function releaseBranch(
  sql: Sql,
  branch: { readonly projectId: string; readonly repositoryId: string; readonly name: string },
): Promise<void> {
  await sql.execute(release, [branch.projectId, branch.repositoryId, branch.name]);
}
