import type { Sql } from '../database/database.ts';
import { manyByKey } from './batched-lookup.ts';

/** The bytes of a content and how they are read as text. */
export async function blobContents(
  sql: Sql,
  projectId: string,
  oids: readonly string[],
): Promise<Map<string, { content: Uint8Array; encoding: string | null; isBinary: boolean }>> {
  const rows = await sql.query<{
    oid: string;
    content: Uint8Array | null;
    encoding: string | null;
    is_binary: boolean;
  }>('SELECT oid, content, encoding, is_binary FROM blob WHERE project_id = $1 AND oid = ANY ($2::text[])', [
    projectId,
    [...oids],
  ]);
  return new Map(
    rows.flatMap((row) =>
      row.content === null
        ? []
        : [[row.oid, { content: row.content, encoding: row.encoding, isBinary: row.is_binary }] as const],
    ),
  );
}

/** One content, read together with the others of its turn. */
export const findContent = manyByKey(blobContents);
