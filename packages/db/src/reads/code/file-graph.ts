import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import type { SnapshotKey } from '../snapshot-file.ts';

/** A file of a snapshot with the files it imports. */
export interface GraphFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly string[];
}

const graph = `
  SELECT f.path, coalesce(c.lines, 0) AS lines,
         CASE WHEN s.analyzed_at IS NULL THEN '[]'::jsonb
              ELSE jsonb_path_query_array(coalesce(l.imports, '[]'::jsonb), '$[*].path ? (@ != null)') END AS imports
    FROM repository_file f
    LEFT JOIN project_sync s ON s.project_id = f.project_id AND s.branch_id = f.branch_id AND s.number = $3
    LEFT JOIN content_facts c ON c.project_id = f.project_id AND c.oid = f.oid AND c.dialect = f.dialect
    LEFT JOIN file_link k ON k.project_id = f.project_id AND k.branch_id = f.branch_id AND sha256(k.path) = sha256(f.path)
     AND k.added <= $3 AND (k.superseded IS NULL OR k.superseded > $3)
    LEFT JOIN link_set l ON l.project_id = k.project_id AND l.id = k.link_set_id
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)
     AND ($4::bytea IS NULL OR substring(f.path FROM 1 FOR length($4::bytea)) = $4::bytea)
   ORDER BY f.path`;

/** The files below a folder, each with what it imports, in byte order of the path. */
export async function fileGraph(sql: Sql, key: SnapshotKey, folder: string): Promise<GraphFile[]> {
  const prefix = folder === '' ? null : pathToBytes(parsePath(`${folder}/`));
  const rows = await sql.query<{ path: Uint8Array; lines: number; imports: readonly string[] }>(graph, [
    key.projectId,
    key.branchId,
    key.number,
    prefix,
  ]);
  return rows.map(({ path, lines, imports }) => ({ path: showPath(pathFromBytes(path)), lines, imports }));
}
