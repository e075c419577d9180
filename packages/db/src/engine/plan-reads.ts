import type { KeptCommit } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { base, loadTrees } from './sync-store-sql.ts';

/** What a sync of the branch would start from; null where nothing of the repository is kept. */
export async function planBase(
  sql: Sql,
  branch: { projectId: string; repositoryId: string; row: { id: string } | null },
): Promise<KeptCommit | null> {
  const [row] = await sql.query<{ commit_oid: string; tree_oid: string }>(base, [
    branch.projectId,
    branch.repositoryId,
    branch.row?.id ?? null,
  ]);
  return row === undefined ? null : { commitOid: row.commit_oid, treeOid: row.tree_oid };
}

/** The trees that are held of these. */
export async function treesHeld(
  sql: Sql,
  projectId: string,
  oids: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const rows = await sql.query<{ oid: string; content: Uint8Array }>(loadTrees, [projectId, [...oids]]);
  return new Map(rows.map(({ oid, content }) => [oid, content]));
}

/** The contents that are held of these. */
export async function blobsHeld(sql: Sql, projectId: string, oids: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ oid: string }>(
    'SELECT oid FROM blob WHERE project_id = $1 AND oid = ANY ($2::text[])',
    [projectId, [...oids]],
  );
  return new Set(rows.map(({ oid }) => oid));
}
