import type { ClaimedSync, KeptAnalysis, KeptEntry } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { searchFields, type SearchFields } from '../../search/entry-fields.ts';
import { stored } from './stored-text.ts';
import { lostPassages, writePassages } from './write-passages.ts';

// The entries of a content follow from its bytes and from the version of the rules. Where newer rules make different
// entries, those they no longer make are superseded, and the new ones take their place.
const superseded = `
  UPDATE memory_entry m SET superseded_at = now()
    FROM unnest($2::text[], $3::text[]) AS a (oid, dialect)
   WHERE m.project_id = $1 AND m.oid = a.oid AND m.dialect = a.dialect AND m.superseded_at IS NULL
     AND NOT EXISTS (
       SELECT FROM unnest($4::text[], $5::text[], $6::int4[], $7::text[], $8::int4[], $9::int4[], $10::text[],
                          $11::text[], $12::text[], $13::text[], $14::text[], $15::bool[])
              AS t (oid, dialect, ordinal, hash, start_line, end_line, title, symbol, kind, parents, names, generated)
        WHERE t.oid = m.oid AND t.dialect = m.dialect AND t.ordinal = m.ordinal AND t.hash::uuid = m.hash
          AND t.start_line = m.start_line AND t.end_line = m.end_line AND t.title = m.title
          AND t.symbol IS NOT DISTINCT FROM m.symbol AND t.kind = m.kind::text
          AND string_to_array(t.parents, E'\\x1f') = m.parents AND string_to_array(t.names, E'\\x1f') = m.names
          AND t.generated = m.generated)`;
const readBefore = `
  SELECT oid, dialect, redaction_version < $4 AS masked_less FROM blob_analysis
   WHERE project_id = $1 AND (oid, dialect) IN (SELECT * FROM unnest($2::text[], $3::text[]))`;

// Text that only older rules let through is removed, so that no later embedding sends it; vectors stay. The passages are
// locked first: a concurrent sync that reads the same text is then either seen here or writes the text again.
const supersededOf = `
  FROM memory_entry m JOIN unnest($2::text[], $3::text[]) AS a (oid, dialect) ON m.oid = a.oid AND m.dialect = a.dialect
 WHERE m.project_id = $1 AND m.superseded_at IS NOT NULL`;
const inForce = `EXISTS (SELECT FROM memory_entry o WHERE o.project_id = $1 AND o.hash = p.hash AND o.superseded_at IS NULL)`;
const lockRedacted = `
  SELECT hash FROM passage p WHERE p.project_id = $1 AND p.hash IN (SELECT m.hash ${supersededOf}) ORDER BY hash FOR UPDATE`;
const countRedacted = `
  SELECT count(*) FROM passage p WHERE p.project_id = $1 AND p.hash IN (SELECT m.hash ${supersededOf}) AND p.text <> '' AND NOT ${inForce}`;
const redactPassages = `
  UPDATE passage p SET text = '', head = NULL, words = ''::tsvector
   WHERE p.project_id = $1 AND p.hash IN (SELECT m.hash ${supersededOf}) AND NOT ${inForce}`;
const redactTitles = `
  UPDATE memory_entry p SET title = 'Masked by newer rules', symbol = NULL, parents = '{}', names = '{}', name_keys = ''
   WHERE p.project_id = $1 AND p.superseded_at IS NOT NULL AND NOT ${inForce}
     AND (p.oid, p.dialect) IN (SELECT * FROM unnest($2::text[], $3::text[]))`;

const entries = `
  INSERT INTO memory_entry (project_id, kind, oid, dialect, ordinal, title, symbol, parents, start_line, end_line, hash, written_at, tags, names, name_keys, generated)
  SELECT $1, t.kind::memory_kind, t.oid, t.dialect, t.ordinal, t.title, t.symbol, string_to_array(t.parents, E'\\x1f'), t.start_line, t.end_line,
         t.hash::uuid, t.written_at, string_to_array(t.tags, E'\\x1f'), string_to_array(t.names, E'\\x1f'), t.name_keys::tsvector, t.generated
    FROM unnest($2::text[], $3::text[], $4::text[], $5::int4[], $6::text[], $7::text[], $8::text[], $9::int4[], $10::int4[], $11::text[],
                $12::timestamptz[], $13::text[], $14::text[], $15::text[], $16::bool[])
      AS t (kind, oid, dialect, ordinal, title, symbol, parents, start_line, end_line, hash, written_at, tags, names, name_keys, generated)
  ON CONFLICT (project_id, oid, dialect, ordinal) WHERE oid IS NOT NULL AND superseded_at IS NULL DO NOTHING`;

const analysed = `
  INSERT INTO blob_analysis (project_id, oid, dialect, split_version, redaction_version, entries)
  SELECT $1, t.oid, t.dialect, $5, $6, t.entries FROM unnest($2::text[], $3::text[], $4::int4[]) AS t (oid, dialect, entries)
  ON CONFLICT (project_id, oid, dialect) DO UPDATE
    SET split_version = excluded.split_version, redaction_version = excluded.redaction_version, entries = excluded.entries`;

/** One entry of a content, as a row. */
type EntryRow = KeptEntry &
  SearchFields & { readonly oid: string; readonly dialect: string; readonly ordinal: number };

/** Analyses, and the version of the rules that made them. */
export interface ReadContents {
  readonly analyses: readonly KeptAnalysis[];
  readonly version: { readonly split: number; readonly redaction: number };
  /** Whether their passages have been written before, in transactions of their own. */
  readonly havePassages: boolean;
}

/** Writes the analyses of contents: passages once per text, entries once per content and dialect. */
export async function writeAnalyses(
  sql: Sql,
  sync: Pick<ClaimedSync, 'projectId' | 'id'>,
  { analyses, version, havePassages }: ReadContents,
): Promise<void> {
  if (analyses.length === 0) return;
  const { projectId } = sync;
  const rows = analyses.flatMap(({ oid, dialect, entries: found }) =>
    found.map((entry, ordinal) => ({ oid, dialect, ordinal, ...entry, ...searchFields(entry) })),
  );
  const maskedLess = await supersedeOthers(sql, projectId, { analyses, rows, redaction: version.redaction });
  if (rows.length > 0) {
    await writePassages(sql, sync, havePassages ? await lostPassages(sql, projectId, rows) : rows);
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
      rows.map(({ names }) => stored(names.join('\u001f'))),
      rows.map(({ nameKeys }) => stored(nameKeys)),
      rows.map(({ generated }) => generated),
    ]);
  }
  if (maskedLess.length > 0)
    await redactSuperseded(sql, projectId, { contents: maskedLess, redaction: version.redaction });
  await sql.execute(analysed, [
    projectId,
    analyses.map(({ oid }) => oid),
    analyses.map(({ dialect }) => dialect),
    analyses.map(({ entries: found }) => found.length),
    version.split,
    version.redaction,
  ]);
}

/**
 * Supersedes the entries that the new rules no longer make, and returns the contents that older redaction rules have
 * read. Only contents that were read before can have such entries, so a new content costs one look-up.
 */
async function supersedeOthers(
  sql: Sql,
  projectId: string,
  {
    analyses,
    rows,
    redaction,
  }: {
    readonly analyses: readonly KeptAnalysis[];
    readonly rows: readonly EntryRow[];
    readonly redaction: number;
  },
): Promise<{ oid: string; dialect: string }[]> {
  const known = await sql.query<{ oid: string; dialect: string; masked_less: boolean }>(readBefore, [
    projectId,
    analyses.map(({ oid }) => oid),
    analyses.map(({ dialect }) => dialect),
    redaction,
  ]);
  if (known.length === 0) return [];
  await sql.execute(superseded, [
    projectId,
    known.map(({ oid }) => oid),
    known.map(({ dialect }) => dialect),
    rows.map(({ oid }) => oid),
    rows.map(({ dialect }) => dialect),
    rows.map(({ ordinal }) => ordinal),
    rows.map(({ hash }) => hash),
    rows.map(({ startLine }) => startLine),
    rows.map(({ endLine }) => endLine),
    rows.map((row) => stored(row.title)),
    rows.map(({ symbol }) => (symbol === null ? null : stored(symbol))),
    rows.map(({ kind }) => kind),
    rows.map(({ parents }) => stored(parents.join('\u001f'))),
    rows.map(({ names }) => stored(names.join('\u001f'))),
    rows.map(({ generated }) => generated),
  ]);
  return known.filter(({ masked_less }) => masked_less);
}

/** Redacts superseded entries. The guard is released with the reason, which it records. */
async function redactSuperseded(
  sql: Sql,
  projectId: string,
  {
    contents,
    redaction,
  }: { readonly contents: readonly { oid: string; dialect: string }[]; readonly redaction: number },
): Promise<void> {
  const params = [projectId, contents.map(({ oid }) => oid), contents.map(({ dialect }) => dialect)];
  await sql.query(lockRedacted, params);
  const [row] = await sql.query<{ count: bigint }>(countRedacted, params);
  if (Number(row?.count ?? 0n) === 0) return;
  await sql.query('SELECT project_sync_guard.release($1::text, $2)', [
    projectId,
    `redacted by version ${redaction} of the redaction rules`,
  ]);
  await sql.execute(redactPassages, params);
  await sql.execute(redactTitles, params);
}

function dateOf(date: string | undefined): string | null {
  return date === undefined || Number.isNaN(Date.parse(date)) ? null : new Date(date).toISOString();
}
