import type { Sql } from '../../database/database.ts';
import { batchedInProject } from '../batched.ts';
import { insightColumns, insightOfRow, isThere, type InsightRow, type StoredInsight } from './insight-sql.ts';

/** $2 categories, $3 the insight to start after */
const page = `
  SELECT ${insightColumns} FROM workflow_insight i
   WHERE i.project_id = $1 AND ($2::text[] IS NULL OR i.category = ANY ($2::text[])) AND ${isThere('i')}
     AND ($3::uuid IS NULL OR (coalesce(i.written_at, i.created_at), i.id) <
          (SELECT coalesce(c.written_at, c.created_at), c.id FROM workflow_insight c WHERE c.project_id = $1 AND c.id = $3::uuid))
   ORDER BY coalesce(i.written_at, i.created_at) DESC, i.id DESC LIMIT $4`;
const count = `
  SELECT count(*) FROM workflow_insight i
   WHERE i.project_id = $1 AND ($2::text[] IS NULL OR i.category = ANY ($2::text[])) AND ${isThere('i')}`;
const byId = `SELECT ${insightColumns} FROM workflow_insight i WHERE i.project_id = $1 AND i.id = ANY ($2::uuid[])`;

/** The insights of a project, the latest first. */
export async function listInsights(
  sql: Sql,
  projectId: string,
  { categories, after, first }: { categories: readonly string[] | null; after: string | null; first: number },
): Promise<StoredInsight[]> {
  const given = categories === null ? null : [...categories];
  return (await sql.query<InsightRow>(page, [projectId, given, after, first])).map(insightOfRow);
}

/** The number of insights of these categories. */
export async function countInsights(
  sql: Sql,
  projectId: string,
  categories: readonly string[] | null,
): Promise<number> {
  const given = categories === null ? null : [...categories];
  const [row] = await sql.query<{ count: bigint }>(count, [projectId, given]);
  return Number(row?.count ?? 0n);
}

/** One insight by its ID, superseded or not; null where there is none. Calls of one tick share a statement. */
export const findInsight = batchedInProject(
  async (sql: Sql, projectId: string, ids: readonly string[]): Promise<(StoredInsight | null)[]> => {
    const rows = await sql.query<InsightRow>(byId, [projectId, [...ids]]);
    const found = new Map(rows.map((row) => [row.id, insightOfRow(row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
);
