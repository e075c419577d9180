import type { Sql } from '../database/database.ts';
import { entryById } from '../search/list-memory.ts';
import type { PlacedEntry } from '../search/memory-scope.ts';
import { insertNoteRow, type NewNote } from './add-note.ts';

/** The note after a change, or the reason why it was not changed. */
export type ChangedNote =
  | { readonly outcome: 'done'; readonly entry: PlacedEntry }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'changed-since' };

/** The row of a note, with the version that replaced it. */
interface NoteRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly title: string;
  readonly hash: string;
  readonly superseded: boolean;
  readonly later_id: bigint | null;
  readonly later_title: string | null;
  readonly later_hash: string | null;
}

// The lock makes the second of two concurrent changes see the first.
const lockNote = `
  SELECT id FROM memory_entry WHERE project_id = $1 AND id = $2 AND kind = 'NOTE' FOR UPDATE`;
const readNote = `
  SELECT m.id, m.title, m.hash, m.superseded_at IS NOT NULL AS superseded,
         l.id AS later_id, l.title AS later_title, l.hash AS later_hash
    FROM memory_entry m
    LEFT JOIN memory_entry l ON l.project_id = m.project_id AND l.replaces = m.id
   WHERE m.project_id = $1 AND m.id = $2 AND m.kind = 'NOTE'`;
const supersede = `
  UPDATE memory_entry SET superseded_at = now() WHERE project_id = $1 AND id = $2 AND superseded_at IS NULL`;

const unknown = { outcome: 'unknown' } as const;
const changedSince = { outcome: 'changed-since' } as const;

/**
 * Replaces a note by a new version. The same change sent again finds that version; a change of a version that another
 * one has replaced is refused, so that no edit disappears unseen.
 */
export async function updateNote(sql: Sql, id: bigint, note: NewNote): Promise<ChangedNote> {
  const { projectId } = note;
  const row = await lockedNote(sql, projectId, id);
  if (row === null) return unknown;
  const { title, passage } = note;
  if (row.superseded)
    return row.later_title === title && row.later_hash === passage.hash && row.later_id !== null
      ? found(sql, projectId, row.later_id)
      : changedSince;
  if (row.title === title && row.hash === passage.hash) return found(sql, projectId, id);
  await sql.execute(supersede, [projectId, id]);
  const entry = await insertNoteRow(sql, note, id);
  return entry === null ? unknown : { outcome: 'done', entry };
}

/** Removes a note: it is superseded and stays readable by its ID. Removing it again changes nothing. */
export async function removeNote(sql: Sql, projectId: string, id: bigint): Promise<ChangedNote> {
  const row = await lockedNote(sql, projectId, id);
  if (row === null) return unknown;
  if (row.later_id !== null) return changedSince;
  await sql.execute(supersede, [projectId, id]);
  return found(sql, projectId, id);
}

async function lockedNote(sql: Sql, projectId: string, id: bigint): Promise<NoteRow | null> {
  await sql.query(lockNote, [projectId, id]);
  const [row] = await sql.query<NoteRow>(readNote, [projectId, id]);
  return row ?? null;
}

async function found(sql: Sql, projectId: string, id: bigint): Promise<ChangedNote> {
  const entry = await entryById(sql, projectId, { id, fileId: null });
  return entry === null ? unknown : { outcome: 'done', entry };
}
