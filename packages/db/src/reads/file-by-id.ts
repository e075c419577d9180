import type { Sql } from '../database/database.ts';
import { batchedInProject } from './batched.ts';
import { columns, fileOf, from, type FileRecord, type SnapshotFile } from './snapshot-file.ts';

// Rows of a sync that is not finalized, and rows of a removed branch, are not visible to readers.
const byId = `
  SELECT ${columns} FROM ${from} JOIN branch h ON h.project_id = f.project_id AND h.id = f.branch_id
   WHERE f.project_id = $1 AND f.id = ANY ($2::int8[]) AND f.added <= h.head AND h.removed_at IS NULL`;

async function filesById(
  sql: Sql,
  projectId: string,
  ids: readonly bigint[],
): Promise<(SnapshotFile | null)[]> {
  const rows = await sql.query<FileRecord>(byId, [projectId, ids.map(String)]);
  const found = new Map(rows.map((row) => [row.id, fileOf(row)]));
  return ids.map((id) => found.get(id) ?? null);
}

/** One file by its own ID, whatever snapshots it belongs to, or null. */
export async function fileById(sql: Sql, projectId: string, id: bigint): Promise<SnapshotFile | null> {
  const [file = null] = await filesById(sql, projectId, [id]);
  return file;
}

/** The same, with the calls of one tick sharing a statement. */
export const findFile = batchedInProject(filesById);
