import type { Sql } from '../database/database.ts';
import { placedEntry, type EntryRecord, type PlacedEntry } from '../search/memory-scope.ts';
import { batchedInProject } from './batched.ts';

// An entry is shown where its content stands on a branch now, or else where it stood last.
const placedById = `
  SELECT DISTINCT ON (m.id) m.*, p.text AS content, f.id AS file_id, f.path, f.language, f.branch_id, f.added, f.superseded
    FROM memory_entry m
    JOIN passage p ON p.project_id = m.project_id AND p.hash = m.hash
    LEFT JOIN (repository_file f JOIN branch h ON h.project_id = f.project_id AND h.id = f.branch_id AND f.added <= h.head)
      ON f.project_id = m.project_id AND f.oid = m.oid AND f.dialect = m.dialect
   WHERE m.project_id = $1 AND m.id = ANY ($2::int8[]) AND (m.oid IS NULL OR f.id IS NOT NULL)
   ORDER BY m.id, f.superseded IS NULL DESC, f.id DESC`;

/** One memory entry by its own ID, placed where its content stands, or null. Calls of one tick share a statement. */
export const findEvidence = batchedInProject(
  async (sql: Sql, projectId: string, ids: readonly bigint[]): Promise<(PlacedEntry | null)[]> => {
    const rows = await sql.query<EntryRecord>(placedById, [projectId, ids.map(String)]);
    const found = new Map(rows.map((row) => [row.id, placedEntry(projectId, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
);
