import type { ClaimedSync } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';

const removeAdded = `DELETE FROM repository_file WHERE project_id = $1 AND branch_id = $2 AND added = $3`;
const clearSuperseded = `
  UPDATE repository_file SET superseded = NULL WHERE project_id = $1 AND branch_id = $2 AND superseded = $3`;

/** Removes the marks of a number that was never finalized. */
export async function sweepMarks(
  sql: Sql,
  { projectId, branchId, number }: Pick<ClaimedSync, 'projectId' | 'branchId' | 'number'>,
): Promise<void> {
  await sql.execute(removeAdded, [projectId, branchId, number]);
  await sql.execute(clearSuperseded, [projectId, branchId, number]);
}
