import type { KeptCommit } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { baseOf } from './sync-store/branch-chain.ts';

export { loadTrees as treesHeld } from './sync-store/tree-rows.ts';

/** Returns the commit that a sync of the branch would start from; null when the repository has no snapshot. */
export async function planBase(
  sql: Sql,
  branch: { projectId: string; repositoryId: string; row: { id: string } | null },
): Promise<KeptCommit | null> {
  const row = await baseOf(sql, { ...branch, branchId: branch.row?.id ?? null });
  return row === undefined ? null : { commitOid: row.commit_oid, treeOid: row.tree_oid };
}

/** Returns those of these contents that the project stores. */
export async function blobsHeld(sql: Sql, projectId: string, oids: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ oid: string }>(
    'SELECT oid FROM blob WHERE project_id = $1 AND oid = ANY ($2::text[])',
    [projectId, [...oids]],
  );
  return new Set(rows.map(({ oid }) => oid));
}
