import type { Sql } from '../database/database.ts';
import type { ApiScope } from '../generated/prisma/enums.ts';

/** A key as a request brings it, with whether its owner may still use the server. */
export interface FoundKey {
  readonly id: string;
  readonly ownerId: string;
  readonly projectId: string | null;
  readonly scopes: readonly ApiScope[];
  readonly expiresAt: Date | null;
  /** Whether it was revoked, or its owner was shut out. */
  readonly isEnded: boolean;
}

const find = `
  SELECT k.id, k.owner_id, k.project_id, to_json(k.scopes) AS scopes, k.expires_at,
         k.revoked_at IS NOT NULL OR u.shut_out_at IS NOT NULL AS is_ended
    FROM api_key k JOIN "user" u ON u.id = k.owner_id WHERE k.hash = $1`;

interface KeyRow extends Record<string, unknown> {
  readonly id: string;
  readonly owner_id: string;
  readonly project_id: string | null;
  readonly scopes: ApiScope[];
  readonly expires_at: Date | null;
  readonly is_ended: boolean;
}

/**
 * Finds a key by its hash. It is asked at the start of nearly every request, so it is one statement, and planned once: the
 * embedded database plans it for longer than it runs.
 */
export async function findKey(sql: Sql, hash: string): Promise<FoundKey | null> {
  const [row] = await sql.query<KeyRow>(find, [hash], { planOnce: true });
  if (row === undefined) return null;
  return {
    id: row.id,
    ownerId: row.owner_id,
    projectId: row.project_id,
    scopes: row.scopes,
    expiresAt: row.expires_at,
    isEnded: row.is_ended,
  };
}
