import { materialCharacters } from '@project-sync/knowledge';
import type { Sql } from '../database/database.ts';
import { batchedInProject } from './batched.ts';

// A page that stands is one of the branch's newest snapshot, so its files are those that stand too.
const lengths = `
  SELECT d.id, p.size AS page,
         ARRAY(SELECT b.size FROM unnest(d.sources) WITH ORDINALITY AS s (path, place)
                 JOIN repository_file f ON f.project_id = d.project_id AND f.branch_id = d.branch_id
                  AND sha256(f.path) = sha256(convert_to(s.path, 'UTF8')) AND f.superseded IS NULL
                 JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid AND b.content IS NOT NULL
                ORDER BY s.place) AS files
    FROM document d JOIN blob p ON p.project_id = d.project_id AND p.oid = d.oid
   WHERE d.project_id = $1 AND d.id = ANY ($2::uuid[])`;

/** The most characters that a language model would be given for a generated page; null for one that is not stored. */
export const modelMaterial = batchedInProject(
  async (sql: Sql, projectId: string, ids: readonly string[]): Promise<(number | null)[]> => {
    const rows = await sql.query<{ id: string; page: number; files: number[] }>(lengths, [projectId, ids]);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => {
      const row = found.get(id);
      return row === undefined ? null : materialCharacters(Number(row.page), row.files.map(Number));
    });
  },
);
