import type { Sql } from '../database/database.ts';

// UNION, not UNION ALL: the rows are a tree, but a circle written by hand must end too.
const revoke = `
  WITH RECURSIVE ended AS (
    SELECT id FROM api_key WHERE id = $1
    UNION
    SELECT k.id FROM api_key k JOIN ended e ON k.made_by_key_id = e.id
  )
  UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id IN (SELECT id FROM ended)
  RETURNING id`;

/** Revokes a key and all that it made. Returns their IDs. */
export async function revokeKey(sql: Sql, id: string): Promise<string[]> {
  return (await sql.query<{ id: string }>(revoke, [id])).map((row) => row.id);
}
