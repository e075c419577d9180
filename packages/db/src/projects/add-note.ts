import type { Sql } from '../database/database.ts';
import { entryById } from '../search/list-memory.ts';
import type { PlacedEntry } from '../search/memory-scope.ts';

/** A note and its passage, which stands under the title. */
export interface NewNote {
  readonly projectId: string;
  readonly title: string;
  readonly authorId: string | null;
  readonly passage: {
    readonly hash: string;
    readonly head: string | null;
    readonly text: string;
    readonly tokens: number;
    /** The words of the title and of the text. */
    readonly words: string;
  };
}

const insertPassage = `
  INSERT INTO passage (project_id, hash, text, tokens, words, head)
  VALUES ($1, $2::uuid, $3, $4, to_tsvector('simple', $5), $6) ON CONFLICT DO NOTHING`;

const insertNote = `
  INSERT INTO memory_entry (project_id, kind, title, parents, hash, tags, author_id, replaces)
  VALUES ($1, 'NOTE', $2, '{}', $3::uuid, '{}', $4, $5::int8) RETURNING id`;

const wait = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';

const same = `
  SELECT id FROM memory_entry
   WHERE project_id = $1 AND hash = $2::uuid AND kind = 'NOTE' AND superseded_at IS NULL
     AND title = $3 AND author_id IS NOT DISTINCT FROM $4
   ORDER BY id LIMIT 1`;

/**
 * Stores a note, unless its author has stored the very same one: a request that is sent again after a lost answer adds
 * nothing. Returns null where the tenant may not read the row it has just written.
 */
export async function addNote(sql: Sql, note: NewNote): Promise<PlacedEntry | null> {
  const { projectId, title, passage, authorId } = note;
  await sql.query(wait, [`note ${projectId} ${passage.hash}`]);
  const [known] = await sql.query<{ id: bigint }>(same, [projectId, passage.hash, title, authorId]);
  return known === undefined
    ? insertNoteRow(sql, note, null)
    : entryById(sql, projectId, { id: known.id, fileId: null });
}

/** Inserts a note and its passage, as the next version of another note or as a new one. */
export async function insertNoteRow(
  sql: Sql,
  { projectId, title, passage, authorId }: NewNote,
  replaces: bigint | null,
): Promise<PlacedEntry | null> {
  const { hash, text, tokens, words, head } = passage;
  await sql.execute(insertPassage, [projectId, hash, text, tokens, words, head]);
  const [row] = await sql.query<{ id: bigint }>(insertNote, [projectId, title, hash, authorId, replaces]);
  return row === undefined ? null : entryById(sql, projectId, { id: row.id, fileId: null });
}
