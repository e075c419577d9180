import type { Sql } from '../database/database.ts';

/** The tokens that a project has spent in the current month. */
export const monthSpentSql = (use: string): string =>
  `coalesce(sum(${use}.tokens) FILTER (WHERE ${use}.created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'), 0)::int8`;

const month = `
  SELECT ${monthSpentSql('u')} AS tokens,
         count(*) FILTER (WHERE u.created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')::int4 AS calls
    FROM model_use u WHERE u.project_id = $1`;

/** The tokens and calls of a language model that a project has used in the current month, by UTC. */
export async function modelUse(
  sql: Sql,
  projectId: string,
): Promise<{ readonly tokens: number; readonly calls: number }> {
  const [row] = await sql.query<{ tokens: bigint; calls: number }>(month, [projectId]);
  return { tokens: Number(row?.tokens ?? 0n), calls: row?.calls ?? 0 };
}
