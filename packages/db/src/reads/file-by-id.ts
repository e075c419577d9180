import type { Sql } from '../database/database.ts';
import { manyByKey } from './batched-lookup.ts';
import { columns, fileOf, from, type FileRecord, type SnapshotFile } from './snapshot-file.ts';

// A row that a sync has written and not finalized is not there yet for anybody, and one of a removed branch not any more.
const byId = `
  SELECT ${columns} FROM ${from} JOIN branch h ON h.project_id = f.project_id AND h.id = f.branch_id
   WHERE f.project_id = $1 AND f.id = ANY ($2::int8[]) AND f.added <= h.head AND h.removed_at IS NULL`;

/** Files by their own ids, of whatever snapshots. */
export async function filesById(
  sql: Sql,
  projectId: string,
  ids: readonly bigint[],
): Promise<Map<bigint, SnapshotFile>> {
  const rows = await sql.query<FileRecord>(byId, [projectId, ids.map(String)]);
  return new Map(rows.map((row) => [row.id, fileOf(row)]));
}

/** One file by its own id. */
export async function fileById(sql: Sql, projectId: string, id: bigint): Promise<SnapshotFile | null> {
  return (await filesById(sql, projectId, [id])).get(id) ?? null;
}

/** One file by its own id, found together with the others of its turn. */
export const findFile = manyByKey(filesById);
