import type { Sql } from '../database/database.ts';
import {
  placed,
  placedEntry,
  scopeParameters,
  type EntryRecord,
  type MemoryScope,
  type PlacedEntry,
} from './memory-scope.ts';

/** Everything in scope, by place. */
export async function listMemory(
  sql: Sql,
  scope: MemoryScope,
  page: { first: number; offset: number; path: string | null },
): Promise<PlacedEntry[]> {
  const rows = await sql.query<EntryRecord>(
    `SELECT s.*, p.text AS content FROM (${placed}) s JOIN passage p ON p.project_id = $1 AND p.hash = s.hash
      WHERE ($8::text IS NULL OR s.path = convert_to($8, 'UTF8'))
      ORDER BY s.path NULLS LAST, s.ordinal, s.id LIMIT $6 OFFSET $7`,
    [...scopeParameters(scope), page.first, page.offset, page.path],
  );
  return rows.map((row) => placedEntry(scope.projectId, row));
}

/** How many entries are in scope. */
export async function countMemory(sql: Sql, scope: MemoryScope, path: string | null): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) FROM (${placed}) s WHERE ($6::text IS NULL OR s.path = convert_to($6, 'UTF8'))`,
    [...scopeParameters(scope), path],
  );
  return Number(row?.count ?? 0n);
}

/** One entry by its own id, at the place of a file where it has one: of a snapshot, never of a sync that is at work. */
export async function entryById(
  sql: Sql,
  projectId: string,
  { id, fileId }: { readonly id: bigint; readonly fileId: bigint | null },
): Promise<PlacedEntry | null> {
  const [row] = await sql.query<EntryRecord>(
    `SELECT m.*, p.text AS content, f.id AS file_id, f.path, f.language, f.branch_id, f.added, f.superseded
       FROM memory_entry m JOIN passage p ON p.project_id = m.project_id AND p.hash = m.hash
       LEFT JOIN (repository_file f JOIN branch h ON h.project_id = f.project_id AND h.id = f.branch_id
                                               AND f.added <= h.head AND h.removed_at IS NULL)
         ON f.project_id = m.project_id AND f.id = $3 AND f.oid = m.oid AND f.dialect = m.dialect
      WHERE m.project_id = $1 AND m.id = $2 AND (m.oid IS NULL OR f.id IS NOT NULL)`,
    [projectId, id, fileId],
  );
  return row === undefined ? null : placedEntry(projectId, row);
}
