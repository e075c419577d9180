import type { KeptAnalysis } from '@project-sync/sync';
import type { Sql } from '../database.ts';

const passages = `
  INSERT INTO passage (project_id, hash, text, tokens, words)
  SELECT DISTINCT ON (t.hash) $1, t.hash::uuid, t.text, t.tokens, to_tsvector('simple', t.words)
    FROM unnest($2::text[], $3::text[], $4::int4[], $5::text[]) AS t (hash, text, tokens, words)
  ON CONFLICT DO NOTHING`;

// Which entries a content has follows from its bytes and from the version of the rules that read them; where newer
// rules read it otherwise, what they do not say any more is superseded and what they say anew takes its place.
const entries = `
  INSERT INTO memory_entry (project_id, kind, oid, dialect, ordinal, title, symbol, parents, start_line, end_line, hash, written_at, tags)
  SELECT $1, t.kind::memory_kind, t.oid, t.dialect, t.ordinal, t.title, t.symbol, string_to_array(t.parents, E'\\x1f'), t.start_line, t.end_line,
         t.hash::uuid, t.written_at, string_to_array(t.tags, E'\\x1f')
    FROM unnest($2::text[], $3::text[], $4::text[], $5::int4[], $6::text[], $7::text[], $8::text[], $9::int4[], $10::int4[], $11::text[],
                $12::timestamptz[], $13::text[])
      AS t (kind, oid, dialect, ordinal, title, symbol, parents, start_line, end_line, hash, written_at, tags)
  ON CONFLICT (project_id, oid, dialect, ordinal) WHERE oid IS NOT NULL DO UPDATE
    SET kind = excluded.kind, title = excluded.title, symbol = excluded.symbol, parents = excluded.parents, start_line = excluded.start_line,
        end_line = excluded.end_line, hash = excluded.hash, written_at = excluded.written_at, tags = excluded.tags, superseded_at = NULL`;

const superseded = `
  UPDATE memory_entry m SET superseded_at = now()
    FROM unnest($2::text[], $3::text[], $4::int4[]) AS t (oid, dialect, entries)
   WHERE m.project_id = $1 AND m.oid = t.oid AND m.dialect = t.dialect AND m.ordinal >= t.entries AND m.superseded_at IS NULL`;

const analysed = `
  INSERT INTO blob_analysis (project_id, oid, dialect, split_version, redaction_version, entries)
  SELECT $1, t.oid, t.dialect, $5, $6, t.entries FROM unnest($2::text[], $3::text[], $4::int4[]) AS t (oid, dialect, entries)
  ON CONFLICT (project_id, oid, dialect) DO UPDATE
    SET split_version = excluded.split_version, redaction_version = excluded.redaction_version, entries = excluded.entries`;

/** Writes what contents say: passages once per text, entries once per content and way of reading. */
export async function writeAnalyses(
  sql: Sql,
  projectId: string,
  analyses: readonly KeptAnalysis[],
  version: { split: number; redaction: number },
): Promise<void> {
  if (analyses.length === 0) return;
  const rows = analyses.flatMap(({ oid, dialect, entries: found }) =>
    found.map((entry, ordinal) => ({ oid, dialect, ordinal, ...entry })),
  );
  if (rows.length > 0) {
    await sql.execute(passages, [
      projectId,
      rows.map(({ hash }) => hash),
      rows.map((row) => stored(row.text)),
      rows.map(({ tokens }) => tokens),
      rows.map((row) => stored(row.words)),
    ]);
    await sql.execute(entries, [
      projectId,
      rows.map(({ kind }) => kind),
      rows.map(({ oid }) => oid),
      rows.map(({ dialect }) => dialect),
      rows.map(({ ordinal }) => ordinal),
      rows.map((row) => stored(row.title)),
      rows.map(({ symbol }) => (symbol === null ? null : stored(symbol))),
      rows.map(({ parents }) => stored(parents.join('\u001f'))),
      rows.map(({ startLine }) => startLine),
      rows.map(({ endLine }) => endLine),
      rows.map(({ hash }) => hash),
      rows.map(({ date }) => dateOf(date)),
      rows.map(({ tags }) => stored((tags ?? []).join('\u001f'))),
    ]);
  }
  const keys = [
    projectId,
    analyses.map(({ oid }) => oid),
    analyses.map(({ dialect }) => dialect),
    analyses.map(({ entries: found }) => found.length),
  ];
  await sql.execute(superseded, keys);
  await sql.execute(analysed, [...keys, version.split, version.redaction]);
}

/** PostgreSQL's text holds any character but NUL and lone surrogates. */
function stored(value: string): string {
  return value.replaceAll('\0', '\uFFFD').toWellFormed();
}

function dateOf(date: string | undefined): string | null {
  return date === undefined || Number.isNaN(Date.parse(date)) ? null : new Date(date).toISOString();
}
