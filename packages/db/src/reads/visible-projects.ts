import type { Sql } from '../database/database.ts';

const visible = 'SELECT visible_projects() AS ids';

/** The projects that the transaction's tenant may see, by the function that every policy uses. */
export async function visibleProjects(sql: Sql): Promise<ReadonlySet<string>> {
  const [row] = await sql.query<{ ids: string[] }>(visible);
  return new Set(row?.ids ?? []);
}
