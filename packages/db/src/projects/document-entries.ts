import { keysOfName, type DocumentPassage } from '@project-sync/knowledge';
import type { Sql } from '../database/database.ts';

const insertPassages = `
  INSERT INTO passage (project_id, hash, head, text, tokens, words)
  SELECT $1, p.hash, p.head, p.text, p.tokens, to_tsvector('simple', p.words)
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int4[], $6::text[]) AS p (hash, head, text, tokens, words)
  ON CONFLICT DO NOTHING`;

const insertEntries = `
  INSERT INTO memory_entry (project_id, kind, title, symbol, parents, names, name_keys, hash, tags, author_id, ordinal, document_id)
  SELECT $1, 'DOC', coalesce(e.symbol, $3), e.symbol, '{}', CASE WHEN e.symbol IS NULL THEN '{}' ELSE ARRAY[e.symbol] END,
         e.keys::tsvector, e.hash, '{}', $4, e.ordinal, $2
    FROM unnest($5::uuid[], $6::text[], $7::text[]) WITH ORDINALITY AS e (hash, symbol, keys, ordinal)`;

const supersede = `
  UPDATE memory_entry SET superseded_at = now()
   WHERE project_id = $1 AND document_id = ANY ($2::uuid[]) AND superseded_at IS NULL`;

/** Makes a document found by search, part by part. Runs in the transaction that stores it. */
export async function insertDocumentEntries(
  sql: Sql,
  document: {
    readonly projectId: string;
    readonly id: string;
    readonly title: string;
    readonly authorId: string | null;
    readonly passages: readonly DocumentPassage[];
  },
): Promise<void> {
  const { projectId, id, title, authorId, passages } = document;
  if (passages.length === 0) return;
  const hashes = passages.map(({ hash }) => hash);
  await sql.execute(insertPassages, [
    projectId,
    hashes,
    passages.map(({ head }) => head),
    passages.map(({ text }) => text),
    passages.map(({ tokens }) => tokens),
    passages.map(({ words }) => words),
  ]);
  const keys = passages.map(({ symbol }) => (symbol === null ? [] : keysOfName(symbol)));
  await sql.execute(insertEntries, [
    projectId,
    id,
    title,
    authorId,
    hashes,
    passages.map(({ symbol }) => symbol),
    keys.map((some) => some.map((key) => `'${key}':1D`).join(' ')),
  ]);
}

/** Search no longer finds the parts of documents that were replaced or removed. */
export async function supersedeDocumentEntries(
  sql: Sql,
  projectId: string,
  documentIds: readonly string[],
): Promise<void> {
  if (documentIds.length > 0) await sql.execute(supersede, [projectId, [...documentIds]]);
}
