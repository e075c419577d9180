import type { Database, Sql } from '../database/database.ts';
import type { MemberKey } from './change-membership.ts';

/**
 * Ends what a former owner or member has left behind in a project: the invitations they wrote, and for a former member
 * their keys that are bound to it. An invitation is refused without this too; it would only still be listed.
 */
export function endProjectRights(
  database: Database,
  { projectId, userId, isMember }: MemberKey & { readonly isMember: boolean },
): Promise<void> {
  return database.transaction(async (sql) => {
    await withdrawInvitations(sql, { projectId, userId });
    if (isMember) return;
    await sql.execute(
      'UPDATE api_key SET revoked_at = now() WHERE project_id = $1 AND owner_id = $2 AND revoked_at IS NULL',
      [projectId, userId],
    );
  });
}

/** Deletes the open invitations that a person wrote: of one project, or of all. */
export async function withdrawInvitations(
  sql: Sql,
  { userId, projectId }: { readonly userId: string; readonly projectId: string | null },
): Promise<void> {
  await sql.execute(
    `DELETE FROM invitation WHERE invited_by = $1 AND accepted_at IS NULL AND ($2::uuid IS NULL OR project_id = $2)`,
    [userId, projectId],
  );
}
