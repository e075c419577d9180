import type { Database } from '../database/database.ts';

/**
 * Says whether a project may read by the operator's token and in the operator's folders. Taking it away ends it for the
 * repositories that are connected already. Returns false where there is no such project.
 */
export function setOperatorAccess(
  database: Database,
  projectId: string,
  isAllowed: boolean,
): Promise<boolean> {
  return database.transaction(async (sql) => {
    const changed = await sql.execute(
      'UPDATE project SET operator_access = $2 WHERE id = $1 AND removed_at IS NULL',
      [projectId, isAllowed],
    );
    if (changed === 0) return false;
    await sql.execute('UPDATE repository SET operator_access = $2 WHERE project_id = $1', [
      projectId,
      isAllowed,
    ]);
    return true;
  });
}

/** Whether a project may read by the operator's token and in the operator's folders. */
export async function hasOperatorAccess(
  { system }: Pick<Database, 'system'>,
  projectId: string,
): Promise<boolean> {
  const [row] = await system.query<{ allowed: boolean }>(
    'SELECT operator_access AS allowed FROM project WHERE id = $1',
    [projectId],
  );
  return row?.allowed ?? false;
}
