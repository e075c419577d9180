import {
  TEST_PATH,
  type FolderFile,
  type FolderImport,
  type FolderRows,
  type FolderSymbol,
} from '@project-sync/knowledge';
import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { inSnapshot, ofPaths } from '../analysis-store/snapshot-sql.ts';

/** A definition of this many lines is long enough to be named for it. */
const LONG = 60;
const isTest = new RegExp(TEST_PATH);

// A folder's files lie between its name with a slash and the same with the next character.
const files = `
  SELECT f.path, f.oid, f.dialect, f.language, c.code_lines, c.body IS NOT NULL AS analysed
    FROM unnest($4::text[], $5::text[]) AS t (hex, upto)
    JOIN repository_file f ON ${inSnapshot('f')}
     AND substring(f.path FROM 1 FOR 512) >= decode(t.hex, 'hex') AND substring(f.path FROM 1 FOR 512) < decode(t.upto, 'hex')
     AND position('\\x2f'::bytea IN substring(f.path FROM length(decode(t.hex, 'hex')) + 1)) = 0
    LEFT JOIN content_facts c ON c.project_id = f.project_id AND c.oid = f.oid AND c.dialect = f.dialect
   WHERE f.ignored IS NULL AND f.mode NOT IN (40960, 57344)
     AND (c.body IS NOT NULL OR encode(f.path, 'escape') ~* '(^|/)readme[.](md|markdown)$')
   ORDER BY f.path`;

/** $2 contents, $3 dialects, by the place of the file that has them */
const symbols = `
  SELECT t.place, s.qualified_name, s.kind, s.line, s.start_line, s.end_line, s.signature, s.documentation, s.is_exported
    FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (oid, dialect, place)
    JOIN code_symbol s ON s.project_id = $1 AND s.oid = t.oid AND s.dialect = t.dialect
   WHERE s.is_exported OR (s.kind IN ('FUNCTION', 'METHOD') AND s.end_line - s.start_line >= ${LONG - 1})
   ORDER BY t.place, s.ordinal`;

// The imports of a content are unpacked once for each file and not once for each import.
const imports = `
  SELECT f.path, i.link ->> 'path' AS target, i.link ->> 'packageName' AS package_name,
         (c.facts -> (i.link ->> 'import')::int4 ->> 'line')::int4 AS line
    FROM ${ofPaths('file_link')}
    JOIN link_set l ON l.project_id = f.project_id AND l.id = f.link_set_id
   CROSS JOIN LATERAL (SELECT c.body -> 'imports' AS facts FROM content_facts c
                        WHERE c.project_id = f.project_id AND c.oid = f.oid AND c.dialect = f.dialect OFFSET 0) c
   CROSS JOIN LATERAL jsonb_array_elements(l.imports) WITH ORDINALITY AS i (link, ordinal)
   ORDER BY f.path, i.ordinal`;

interface FileRow extends Record<string, unknown> {
  readonly path: Uint8Array;
  readonly oid: string;
  readonly dialect: string;
  readonly language: string | null;
  readonly code_lines: number | null;
  readonly analysed: boolean;
}

interface SymbolRow extends Record<string, unknown> {
  readonly place: bigint;
  readonly qualified_name: string;
  readonly kind: FolderSymbol['kind'];
  readonly line: number;
  readonly start_line: number;
  readonly end_line: number;
  readonly signature: string | null;
  readonly documentation: string | null;
  readonly is_exported: boolean;
}

const shown = (path: Uint8Array): string => showPath(pathFromBytes(path));
const hexOf = (path: string): string => pathToBytes(parsePath(path)).toString('hex');

/** The analysed files that stand directly in these folders, with what pages say of them. */
export async function folderRows(
  sql: Sql,
  place: readonly [projectId: string, branchId: string, number: number],
  folders: readonly string[],
): Promise<FolderRows> {
  const starts = folders.map((folder) => (folder === '' ? '' : hexOf(`${folder}/`)));
  // The character after a slash is a zero; after the empty start nothing in UTF-8 comes.
  const ends = starts.map((start) => (start === '' ? 'ff' : `${start.slice(0, -2)}30`));
  const rows = await sql.query<FileRow>(files, [...place, starts, ends]);
  const analysed = rows.filter((row) => row.analysed);
  const [found, links] = await Promise.all([
    symbolsOf(sql, place[0], analysed),
    importsOf(sql, place, analysed),
  ]);
  return {
    files: analysed.map((row): FolderFile => {
      const path = shown(row.path);
      return {
        path,
        language: row.language ?? row.dialect,
        codeLines: row.code_lines ?? 0,
        isTest: isTest.test(path),
      };
    }),
    symbols: found,
    imports: links,
    readmes: rows.filter((row) => !row.analysed).map((row) => shown(row.path)),
  };
}

async function symbolsOf(sql: Sql, projectId: string, of: readonly FileRow[]): Promise<FolderSymbol[]> {
  if (of.length === 0) return [];
  const rows = await sql.query<SymbolRow>(symbols, [
    projectId,
    of.map(({ oid }) => oid),
    of.map(({ dialect }) => dialect),
  ]);
  return rows.flatMap((row) => {
    const file = of[Number(row.place) - 1];
    if (file === undefined) return [];
    return {
      path: shown(file.path),
      qualifiedName: row.qualified_name,
      kind: row.kind,
      line: row.line,
      startLine: row.start_line,
      endLine: row.end_line,
      signature: row.signature,
      documentation: row.documentation,
      isExported: row.is_exported,
    };
  });
}

async function importsOf(
  sql: Sql,
  place: readonly [string, string, number],
  of: readonly FileRow[],
): Promise<FolderImport[]> {
  if (of.length === 0) return [];
  const rows = await sql.query<{
    path: Uint8Array;
    target: string | null;
    package_name: string | null;
    line: number | null;
  }>(imports, [...place, of.map(({ path }) => Buffer.from(path).toString('hex'))]);
  return rows.map(({ path, target, package_name: packageName, line }) => ({
    from: shown(path),
    line: line ?? 1,
    to: target,
    packageName,
  }));
}
