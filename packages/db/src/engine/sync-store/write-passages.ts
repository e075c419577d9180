import type { ClaimedSync, KeptAnalysis } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { searchFields } from '../../search/entry-fields.ts';
import { stored } from './stored-text.ts';

/**
 * The characters of texts and words that one transaction writes before others have their turn. Their words and the index of
 * those take longest: a file of 1.5 MB in one transaction kept an embedded database from all else for up to 750 ms.
 */
const CHARACTERS = 100_000;

const passages = `
  INSERT INTO passage (project_id, hash, text, tokens, words, head, written_by)
  SELECT $1, t.hash::uuid, t.text, t.tokens, to_tsvector('simple', t.words), t.head, $7::uuid
    FROM unnest($2::text[], $3::text[], $4::int4[], $5::text[], $6::text[]) AS t (hash, text, tokens, words, head)
  ON CONFLICT (project_id, hash) DO UPDATE SET words = excluded.words, text = excluded.text, head = excluded.head
   WHERE passage.words <> excluded.words OR passage.text = ''`;

// Locked, so that newer rules of redaction, which another sync may go by, either remove a text before and it is written again, or find
// the entries that this transaction writes and leave the text.
const kept = `
  SELECT p.hash::text AS hash FROM passage p
   WHERE p.project_id = $1 AND p.hash = ANY ($2::text[]::uuid[]) AND p.text <> '' ORDER BY p.hash FOR KEY SHARE`;

/** A text as it is stored once in a project. */
interface PassageRow {
  readonly hash: string;
  readonly text: string;
  readonly tokens: number;
  readonly words: string;
  readonly head: string | null;
}

/** The first row of each text: the database would read the words of all thousand equal paragraphs of a file. */
function distinct<Row extends { readonly hash: string }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.toReversed().map((row) => [row.hash, row])).values()].toReversed();
}

/** Cuts the passages of analyses into pieces, each for one transaction. Null where they are few enough for that of their entries. */
export function passagePieces(analyses: readonly KeptAnalysis[]): PassageRow[][] | null {
  const pieces: PassageRow[][] = [[]];
  let size = 0;
  for (const entry of distinct(analyses.flatMap(({ entries }) => entries))) {
    const row = { ...entry, ...searchFields(entry) };
    if (size >= CHARACTERS) {
      pieces.push([]);
      size = 0;
    }
    size += row.text.length + row.words.length;
    pieces.at(-1)?.push(row);
  }
  return pieces.length === 1 ? null : pieces;
}

/** Writes passages, each once. No reader sees one before there is an entry that refers to it. */
export async function writePassages(
  sql: Sql,
  { projectId, id: syncId }: Pick<ClaimedSync, 'projectId' | 'id'>,
  found: readonly PassageRow[],
): Promise<void> {
  if (found.length === 0) return;
  // Two syncs that write the same texts lock them in one order.
  const rows = distinct(found).toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  await sql.execute(passages, [
    projectId,
    rows.map(({ hash }) => hash),
    rows.map((row) => stored(row.text)),
    rows.map(({ tokens }) => tokens),
    rows.map((row) => stored(row.words)),
    rows.map(({ head }) => (head === null ? null : stored(head))),
    syncId,
  ]);
}

/** Returns those of the rows whose passage is not there any more, or has no text, and keeps the others from being removed. */
export async function lostPassages<Row extends PassageRow>(
  sql: Sql,
  projectId: string,
  rows: readonly Row[],
): Promise<Row[]> {
  const hashes = [...new Set(rows.map(({ hash }) => hash))];
  const found = await sql.query<{ hash: string }>(kept, [projectId, hashes]);
  const there = new Set(found.map(({ hash }) => hash));
  return rows.filter(({ hash }) => !there.has(hash));
}
