import type { Sql } from '../database/database.ts';

const visible = 'SELECT visible_projects() AS ids';

/** The projects that whoever the transaction speaks for may see: the same answer that every policy goes by. */
export async function visibleProjects(sql: Sql): Promise<ReadonlySet<string>> {
  const [row] = await sql.query<{ ids: string[] }>(visible);
  return new Set(row?.ids ?? []);
}
