import type { Sql } from '../database/database.ts';
import { batchedInProject } from './batched.ts';

/** The bytes of a content, and how they are decoded. */
export interface StoredContent {
  readonly content: Uint8Array;
  readonly encoding: string | null;
  readonly isBinary: boolean;
}

const byOid =
  'SELECT oid, content, encoding, is_binary FROM blob WHERE project_id = $1 AND oid = ANY ($2::text[])';

/** The stored contents of these object IDs; an ID without stored bytes is missing from the map. */
export async function blobContents(
  sql: Sql,
  projectId: string,
  oids: readonly string[],
): Promise<Map<string, StoredContent>> {
  const rows = await sql.query<{
    oid: string;
    content: Uint8Array | null;
    encoding: string | null;
    is_binary: boolean;
  }>(byOid, [projectId, [...oids]]);
  return new Map(
    rows.flatMap(({ oid, content, encoding, is_binary: isBinary }) =>
      content === null ? [] : [[oid, { content, encoding, isBinary }] as const],
    ),
  );
}

/** The stored content of one object ID, or null. Calls of one tick share a statement. */
export const findContent = batchedInProject(
  async (sql: Sql, projectId: string, oids: readonly string[]): Promise<(StoredContent | null)[]> => {
    const found = await blobContents(sql, projectId, oids);
    return oids.map((oid) => found.get(oid) ?? null);
  },
);
