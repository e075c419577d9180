import type { Sql } from '../database/database.ts';
import { placedEntry, type EntryRecord, type PlacedEntry } from '../search/memory-scope.ts';
import { batchedInProject } from './batched.ts';

const pageOfNotes = `
  SELECT m.*, p.text AS content, NULL::int8 AS file_id, NULL::bytea AS path, NULL::text AS language,
         NULL::uuid AS branch_id, NULL::int4 AS added, NULL::int4 AS superseded
    FROM memory_entry m JOIN passage p ON p.project_id = m.project_id AND p.hash = m.hash
   WHERE m.project_id = $1 AND m.kind = 'NOTE' AND m.superseded_at IS NULL
     AND ($2::int8 IS NULL
          OR (m.created_at, m.id) < (SELECT c.created_at, c.id FROM memory_entry c WHERE c.project_id = $1 AND c.id = $2))
   ORDER BY m.created_at DESC, m.id DESC LIMIT $3`;

const notesInForce = `
  SELECT count(*) FROM memory_entry WHERE project_id = $1 AND kind = 'NOTE' AND superseded_at IS NULL`;

/** The notes of a project in force, newest first, starting after the note with the ID `after`. */
export async function projectNotes(
  sql: Sql,
  projectId: string,
  { first, after }: { readonly first: number; readonly after: bigint | null },
): Promise<PlacedEntry[]> {
  const rows = await sql.query<EntryRecord>(pageOfNotes, [projectId, after, first]);
  return rows.map((row) => placedEntry(projectId, row));
}

/** The number of notes in force. */
export async function countNotes(sql: Sql, projectId: string): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(notesInForce, [projectId]);
  return Number(row?.count ?? 0n);
}

/** Who wrote an entry and when, where that is known. */
export interface Authorship {
  readonly authorId: string | null;
  /** The date a letter gives itself, or the time at which a note or insight was stored. */
  readonly writtenAt: Date | null;
  /** The version that replaced a note; null for one in force, and for one that was removed. */
  readonly laterId: bigint | null;
}

const authorships = `
  SELECT m.id, m.author_id, coalesce(m.written_at, CASE WHEN m.oid IS NULL THEN m.created_at END) AS written_at,
         l.id AS later_id
    FROM memory_entry m
    LEFT JOIN memory_entry l ON l.project_id = m.project_id AND l.replaces = m.id
   WHERE m.project_id = $1 AND m.id = ANY ($2::int8[])`;

interface AuthorshipRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly author_id: string | null;
  readonly written_at: Date | null;
  readonly later_id: bigint | null;
}

/** The authorship of one entry. Calls of one tick share a statement. */
export const authorshipOf = batchedInProject(
  async (sql: Sql, projectId: string, ids: readonly bigint[]): Promise<Authorship[]> => {
    const rows = await sql.query<AuthorshipRow>(authorships, [projectId, ids.map(String)]);
    const found = new Map(
      rows.map(({ id, author_id: authorId, written_at: writtenAt, later_id: laterId }) => [
        id,
        { authorId, writtenAt, laterId },
      ]),
    );
    return ids.map((id) => found.get(id) ?? { authorId: null, writtenAt: null, laterId: null });
  },
);
