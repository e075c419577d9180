import type { Database } from '../database/database.ts';

const tables = `
  SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`;

// When a key was last used is written by every request that it makes, refused or not.
const rows = (table: string, row: string) =>
  `SELECT count(*)::text || ' ' || coalesce(md5(string_agg(r, ' ' ORDER BY r)), '-') AS seen FROM (SELECT md5((${row})::text) AS r FROM ${table} t) x`;

/**
 * How many rows each table has and a hash of them all, the waiting jobs among them: two that are equal say that nothing
 * was written between them. For tests, on small databases.
 */
export async function tableCensus({ system }: Database): Promise<Record<string, string>> {
  const named = (await system.query<{ name: string }>(tables)).map(
    ({ name }) => [name, rows(`public."${name}"`, `to_jsonb(t) - 'last_used_at'`)] as const,
  );
  const all = [...named, ['jobs', rows('pgboss.job', `ROW(t.id, t.name, t.state, t.data)`)] as const];
  const census = await system.query<{ name: string; seen: string }>(
    all.map(([name, text]) => `SELECT '${name}' AS name, s.seen FROM (${text}) s`).join('\nUNION ALL\n'),
  );
  return Object.fromEntries(census.map(({ name, seen }) => [name, seen]));
}
