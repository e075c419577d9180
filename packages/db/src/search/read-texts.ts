import type { Sql } from '../database/database.ts';

/** The texts of passages, by their hashes. */
export async function readTexts(
  sql: Sql,
  projectId: string,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (hashes.length === 0) return new Map();
  const rows = await sql.query<{ hash: string; text: string }>(
    'SELECT p.hash, p.text FROM passage p WHERE p.project_id = $1 AND p.hash = ANY ($2::uuid[])',
    [projectId, [...new Set(hashes)]],
    { planOnce: true },
  );
  return new Map(rows.map(({ hash, text }) => [hash, text]));
}
