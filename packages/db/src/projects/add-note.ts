import type { Sql } from '../database/database.ts';
import type { PlacedEntry } from '../search/memory-scope.ts';
import { entryById } from '../search/search-memory.ts';

/** A note and its passage. */
export interface NewNote {
  readonly projectId: string;
  readonly title: string;
  readonly authorId: string | null;
  readonly passage: {
    readonly hash: string;
    readonly text: string;
    readonly tokens: number;
    readonly words: string;
  };
}

const insertPassage = `
  INSERT INTO passage (project_id, hash, text, tokens, words)
  VALUES ($1, $2::uuid, $3, $4, to_tsvector('simple', $5)) ON CONFLICT DO NOTHING`;

const insertNote = `
  INSERT INTO memory_entry (project_id, kind, title, parents, hash, tags, author_id)
  VALUES ($1, 'NOTE', $2, '{}', $3::uuid, '{}', $4) RETURNING id`;

/** Stores a note. Returns null where the tenant may not read the row it has just written. */
export async function addNote(sql: Sql, note: NewNote): Promise<PlacedEntry | null> {
  const { projectId, title, passage, authorId } = note;
  await sql.execute(insertPassage, [projectId, passage.hash, passage.text, passage.tokens, passage.words]);
  const [row] = await sql.query<{ id: bigint }>(insertNote, [projectId, title, passage.hash, authorId]);
  return row === undefined ? null : entryById(sql, projectId, row.id, null);
}
