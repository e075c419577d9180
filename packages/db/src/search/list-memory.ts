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

/**
 * One entry by its own id, at the place of a file where it has one, else in a generated page: of a snapshot, never of a
 * sync that is at work.
 */
export async function entryById(
  sql: Sql,
  projectId: string,
  { id, fileId }: { readonly id: bigint; readonly fileId: bigint | null },
): Promise<PlacedEntry | null> {
  const [row] = await sql.query<EntryRecord>(
    `SELECT m.id, m.kind, m.title, m.symbol, m.start_line, m.end_line, m.superseded_at, p.text AS content,
            f.id AS file_id, f.path, f.language, coalesce(f.branch_id, d.branch_id) AS branch_id,
            coalesce(f.added, d.added) AS added, coalesce(f.superseded, d.superseded) AS superseded,
            coalesce(m.document_id, d.id) AS document_id
       FROM memory_entry m JOIN passage p ON p.project_id = m.project_id AND p.hash = m.hash
       LEFT JOIN (repository_file f JOIN branch h ON h.project_id = f.project_id AND h.id = f.branch_id
                                               AND f.added <= h.head AND h.removed_at IS NULL)
         ON f.project_id = m.project_id AND f.id = $3 AND f.oid = m.oid AND f.dialect = m.dialect
       LEFT JOIN LATERAL (
         SELECT d.* FROM document d
           JOIN branch h ON h.project_id = d.project_id AND h.id = d.branch_id AND d.added <= h.head AND h.removed_at IS NULL
          WHERE d.project_id = $1 AND d.oid = m.oid AND d.kind = 'GENERATED' AND m.dialect = 'markdown' AND $3::int8 IS NULL
          ORDER BY d.superseded DESC NULLS FIRST, d.added DESC, d.id LIMIT 1) d ON true
      WHERE m.project_id = $1 AND m.id = $2 AND (m.oid IS NULL OR f.id IS NOT NULL OR d.id IS NOT NULL)`,
    [projectId, id, fileId],
  );
  return row === undefined ? null : placedEntry(projectId, row);
}
