import type { Sql } from '../database/database.ts';
import { batchedInAll } from '../reads/batched.ts';

/** The tokens that a project has spent in the current month. */
export const monthSpentSql = (use: string): string =>
  `coalesce(sum(${use}.tokens) FILTER (WHERE ${use}.created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'), 0)::int8`;

const month = `
  SELECT u.project_id, ${monthSpentSql('u')} AS tokens FROM model_use u WHERE u.project_id = ANY ($1::uuid[]) GROUP BY 1`;

/** The tokens of a language model that a project has used in the current month, by UTC. */
export const modelTokensOfMonth = batchedInAll(
  async (sql: Sql, projectIds: readonly string[]): Promise<number[]> => {
    const rows = await sql.query<{ project_id: string; tokens: bigint }>(month, [projectIds]);
    const found = new Map(rows.map(({ project_id: id, tokens }) => [id, Number(tokens)]));
    return projectIds.map((id) => found.get(id) ?? 0);
  },
);
