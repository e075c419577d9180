import {
  surfaceHash,
  surfaceOf,
  symbolKeys,
  type FileFacts,
  type FileSurface,
} from '@project-sync/knowledge';
import { contentKey, type ContentKey, type ReadContent } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';

/** $2 contents, $3 dialects, $4 version */
const facts = `
  INSERT INTO content_facts (project_id, oid, dialect, version, surface, surface_hash, body, package_name, lines, code_lines, not_analysed)
  SELECT $1, t.oid, t.dialect, $4, t.surface::jsonb, t.surface_hash, t.body::jsonb, t.package_name, t.lines, t.code_lines, t.reason
    FROM unnest($2::text[], $3::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int4[], $10::int4[], $11::text[])
      AS t (oid, dialect, surface, surface_hash, body, package_name, lines, code_lines, reason)
  ON CONFLICT (project_id, oid, dialect) DO UPDATE
    SET version = excluded.version, surface = excluded.surface, surface_hash = excluded.surface_hash, body = excluded.body,
        package_name = excluded.package_name, lines = excluded.lines, code_lines = excluded.code_lines,
        not_analysed = excluded.not_analysed
  RETURNING xmax <> 0 AS replaced`;

const oldSymbols = `
  DELETE FROM code_symbol s USING unnest($2::text[], $3::text[]) AS t (oid, dialect)
   WHERE s.project_id = $1 AND s.oid = t.oid AND s.dialect = t.dialect`;

const symbols = `
  INSERT INTO code_symbol (project_id, oid, dialect, ordinal, key, name, folded, qualified_name, kind, line, start_line, end_line,
                           signature, documentation, is_exported)
  SELECT $1, t.* FROM unnest($2::text[], $3::text[], $4::int4[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                             $10::int4[], $11::int4[], $12::int4[], $13::text[], $14::text[], $15::bool[]) AS t`;

/** $2 contents, $3 dialects */
const byContent = (column: 'body' | 'surface'): string => `
  SELECT f.oid, f.dialect, f.${column} AS found FROM content_facts f
    JOIN unnest($2::text[], $3::text[]) AS t (oid, dialect) ON f.oid = t.oid AND f.dialect = t.dialect
   WHERE f.project_id = $1 AND f.${column} IS NOT NULL`;

/** Stores the facts of contents: what others depend on, what only resolution reads, and a row for each symbol. */
export async function writeFacts(
  sql: Sql,
  projectId: string,
  { contents, version }: { contents: readonly ReadContent[]; version: number },
): Promise<void> {
  if (contents.length === 0) return;
  const surfaces = contents.map(({ facts: found, dialect }) =>
    found === null ? null : surfaceOf(found, dialect),
  );
  const oids = contents.map(({ oid }) => oid);
  const dialects = contents.map(({ dialect }) => dialect);
  const saved = await sql.query<{ replaced: boolean }>(facts, [
    projectId,
    oids,
    dialects,
    version,
    surfaces.map((surface) => (surface === null ? null : jsonOf(surface))),
    surfaces.map((surface) => (surface === null ? '' : surfaceHash(surface))),
    // Of a manifest others see the package alone; it has no code that could be linked, documented or judged.
    contents.map(({ facts: found, reason }) => (found === null || reason !== null ? null : jsonOf(found))),
    contents.map(({ facts: found }) => found?.packageName ?? null),
    contents.map(({ facts: found }) => found?.measures.lines ?? 0),
    contents.map(({ facts: found }) => found?.measures.codeLines ?? 0),
    contents.map(({ reason }) => reason),
  ]);
  // Only facts that older rules read have symbols already.
  if (saved.some(({ replaced }) => replaced)) await sql.execute(oldSymbols, [projectId, oids, dialects]);
  const rows = contents.flatMap(({ oid, dialect, facts: found }) => {
    const keys = symbolKeys(found?.symbols ?? []);
    return (found?.symbols ?? []).map((symbol, ordinal) => ({
      oid,
      dialect,
      ordinal,
      key: keys[ordinal] ?? '',
      symbol,
    }));
  });
  if (rows.length === 0) return;
  await sql.execute(symbols, [
    projectId,
    rows.map(({ oid }) => oid),
    rows.map(({ dialect }) => dialect),
    rows.map(({ ordinal }) => ordinal),
    rows.map(({ key }) => plain(key)),
    rows.map(({ symbol }) => plain(symbol.name)),
    rows.map(({ symbol }) => foldedName(symbol.name)),
    rows.map(({ symbol }) => plain(symbol.qualifiedName)),
    rows.map(({ symbol }) => symbol.kind),
    rows.map(({ symbol }) => symbol.line),
    rows.map(({ symbol }) => symbol.startLine),
    rows.map(({ symbol }) => symbol.endLine),
    rows.map(({ symbol }) => (symbol.signature === null ? null : plain(symbol.signature))),
    rows.map(({ symbol }) => (symbol.documentation === null ? null : plain(symbol.documentation))),
    rows.map(({ symbol }) => symbol.isExported),
  ]);
}

/** The facts of contents, by their key. */
export const readFactsOf = (sql: Sql, projectId: string, contents: readonly ContentKey[]) =>
  readColumn<FileFacts>(sql, projectId, { column: 'body', contents });

/** The surfaces of contents, by their key. */
export const readSurfacesOf = (sql: Sql, projectId: string, contents: readonly ContentKey[]) =>
  readColumn<FileSurface>(sql, projectId, { column: 'surface', contents });

async function readColumn<T>(
  sql: Sql,
  projectId: string,
  { column, contents }: { column: 'body' | 'surface'; contents: readonly ContentKey[] },
): Promise<Map<string, T>> {
  if (contents.length === 0) return new Map();
  const rows = await sql.query<{ oid: string; dialect: string; found: T }>(byContent(column), [
    projectId,
    contents.map(({ oid }) => oid),
    contents.map(({ dialect }) => dialect),
  ]);
  return new Map(rows.map(({ found, ...content }) => [contentKey(content), found]));
}

/** A name as it is looked up: without marks and in lower case. */
export function foldedName(name: string): string {
  return plain(name)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

// PostgreSQL takes neither a NUL nor half of a surrogate pair in a text.
const plain = (text: string): string => text.replaceAll('\0', '').toWellFormed();
const jsonOf = (value: unknown): string => JSON.stringify(value).replaceAll('\\u0000', '').toWellFormed();
