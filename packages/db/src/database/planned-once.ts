import type { Sql } from './database.ts';

const once = { planOnce: true } as const;

/** The same door, for statements that every sync repeats and whose shape leaves the planner no choice: each is planned once. */
export function plannedOnce(sql: Sql): Sql {
  return {
    ...sql,
    query: (text, params) => sql.query(text, params, once),
    execute: (text, params) => sql.execute(text, params, once),
  };
}
