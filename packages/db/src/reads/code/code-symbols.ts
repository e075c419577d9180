import { parsePath, pathToBytes } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { foldedName } from '../../engine/analysis-store/facts-rows.ts';
import { batchedInProject } from '../batched.ts';
import {
  columns,
  fileOf,
  from,
  within,
  type FileRecord,
  type SnapshotFile,
  type SnapshotKey,
} from '../snapshot-file.ts';

/** A definition in a file, as one snapshot shows it. */
export interface CodeSymbol {
  readonly file: SnapshotFile;
  /** The number of the snapshot. */
  readonly number: number;
  readonly ordinal: number;
  readonly key: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly kind: string;
  readonly line: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly signature: string | null;
  readonly documentation: string | null;
  readonly isExported: boolean;
}

interface SymbolRecord extends FileRecord {
  readonly number: number;
  readonly ordinal: number;
  readonly key: string;
  readonly name: string;
  readonly qualified_name: string;
  readonly kind: string;
  readonly line: number;
  readonly start_line: number;
  readonly end_line: number;
  readonly signature: string | null;
  readonly documentation: string | null;
  readonly is_exported: boolean;
}

const symbolColumns = `
  s.ordinal, s.key, s.name, s.qualified_name, s.kind, s.line, s.start_line, s.end_line, s.signature, s.documentation, s.is_exported`;
const withSymbols = `${from}
  JOIN code_symbol s ON s.project_id = f.project_id AND s.oid = f.oid AND s.dialect = f.dialect`;

function symbolOf(row: SymbolRecord): CodeSymbol {
  return {
    file: { ...fileOf(row), asOf: row.number },
    number: row.number,
    ordinal: row.ordinal,
    key: row.key,
    name: row.name,
    qualifiedName: row.qualified_name,
    kind: row.kind,
    line: row.line,
    startLine: row.start_line,
    endLine: row.end_line,
    signature: row.signature,
    documentation: row.documentation,
    isExported: row.is_exported,
  };
}

const ofFiles = `
  SELECT a.place, a.number, ${columns}, ${symbolColumns}
    FROM unnest($2::int8[], $3::int4[]) WITH ORDINALITY AS a (file_id, number, place)
    CROSS JOIN LATERAL (SELECT * FROM repository_file WHERE project_id = $1 AND id = a.file_id) f
    LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid
    JOIN code_symbol s ON s.project_id = f.project_id AND s.oid = f.oid AND s.dialect = f.dialect
   ORDER BY a.place, s.ordinal`;

/** The definitions of files, in the order of their text. */
export const fileSymbols = batchedInProject(
  async (
    sql: Sql,
    projectId: string,
    files: readonly { readonly id: bigint; readonly number: number }[],
  ): Promise<CodeSymbol[][]> => {
    const rows = await sql.query<SymbolRecord & { place: bigint }>(ofFiles, [
      projectId,
      files.map(({ id }) => String(id)),
      files.map(({ number }) => number),
    ]);
    const found = files.map((): CodeSymbol[] => []);
    for (const row of rows) found[Number(row.place) - 1]?.push(symbolOf(row));
    return found;
  },
);

/** Rows of a sync that is not finalized, and rows of a removed branch, are not visible to readers. */
const byId = `
  SELECT a.place, a.number, ${columns}, ${symbolColumns}
    FROM unnest($2::int8[], $3::int4[], $4::int4[]) WITH ORDINALITY AS a (file_id, ordinal, number, place)
    JOIN repository_file f ON f.project_id = $1 AND f.id = a.file_id AND f.added <= a.number
     AND (f.superseded IS NULL OR f.superseded > a.number)
    JOIN branch h ON h.project_id = f.project_id AND h.id = f.branch_id AND a.number <= h.head AND h.removed_at IS NULL
    LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid
    JOIN code_symbol s ON s.project_id = f.project_id AND s.oid = f.oid AND s.dialect = f.dialect AND s.ordinal = a.ordinal`;

/** The symbol of an id, or null. */
export const findSymbol = batchedInProject(
  async (
    sql: Sql,
    projectId: string,
    ids: readonly { readonly fileId: bigint; readonly ordinal: number; readonly number: number }[],
  ): Promise<(CodeSymbol | null)[]> => {
    const rows = await sql.query<SymbolRecord & { place: bigint }>(byId, [
      projectId,
      ids.map(({ fileId }) => String(fileId)),
      ids.map(({ ordinal }) => ordinal),
      ids.map(({ number }) => number),
    ]);
    const found = ids.map((): CodeSymbol | null => null);
    for (const row of rows) found[Number(row.place) - 1] = symbolOf(row);
    return found;
  },
);

const byKey = `
  SELECT a.place, a.number, ${columns}, ${symbolColumns}
    FROM unnest($2::uuid[], $3::int4[], $4::text[], $5::text[]) WITH ORDINALITY AS a (branch_id, number, hex, key, place)
    JOIN repository_file f ON f.project_id = $1 AND f.branch_id = a.branch_id AND sha256(f.path) = sha256(decode(a.hex, 'hex'))
     AND f.added <= a.number AND (f.superseded IS NULL OR f.superseded > a.number)
    LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid
    JOIN code_symbol s ON s.project_id = f.project_id AND s.oid = f.oid AND s.dialect = f.dialect AND s.key = a.key`;

/** The symbol of a key in a file of a snapshot, or null. */
export const symbolAt = batchedInProject(
  async (
    sql: Sql,
    projectId: string,
    places: readonly {
      readonly branchId: string;
      readonly number: number;
      readonly path: string;
      readonly key: string;
    }[],
  ): Promise<(CodeSymbol | null)[]> => {
    const rows = await sql.query<SymbolRecord & { place: bigint }>(byKey, [
      projectId,
      places.map(({ branchId }) => branchId),
      places.map(({ number }) => number),
      places.map(({ path }) => pathToBytes(parsePath(path)).toString('hex')),
      places.map(({ key }) => key),
    ]);
    const found = places.map((): CodeSymbol | null => null);
    for (const row of rows) found[Number(row.place) - 1] = symbolOf(row);
    return found;
  },
);

/** Which symbols of a snapshot are wanted. */
export interface SymbolFilter {
  readonly query: string | null;
  readonly kinds: readonly string[] | null;
  readonly pathPrefix: string | null;
  readonly isExported: boolean | null;
}

// $8 the query, $9 the same folded, $10 the folded letters in order with anything between them
const matches = `
  (CASE WHEN $8::text IS NULL OR s.name = $8 OR s.qualified_name = $8 THEN 0
        WHEN s.folded = $9::text THEN 1
        WHEN starts_with(s.folded, $9::text) THEN 2
        WHEN position($9::text IN s.folded) > 0 THEN 3
        WHEN s.folded LIKE $10::text THEN 4 END)`;
const wanted = `${within}
   AND ($4::text[] IS NULL OR s.kind = ANY ($4::text[]))
   AND ($5::bytea IS NULL OR substring(f.path FROM 1 FOR length($5::bytea)) = $5::bytea)
   AND ($6::bool IS NULL OR s.is_exported = $6::bool)
   AND ($7::text IS NULL OR s.folded LIKE $7::text OR s.qualified_name = $8::text)
   AND ${matches} IS NOT NULL`;
const list = `
  SELECT $3::int4 AS number, ${columns}, ${symbolColumns} FROM ${withSymbols}
   WHERE ${wanted}
   ORDER BY ${matches}, CASE WHEN $8::text IS NULL THEN 0 ELSE length(s.name) END, f.path, s.line, s.ordinal
   LIMIT $11 OFFSET $12`;
const count = `SELECT count(*) AS count FROM ${withSymbols} WHERE ${wanted}`;

/** A page of the symbols of a snapshot: by likeness to a query, else by path and line. */
export async function snapshotSymbols(
  sql: Sql,
  key: SnapshotKey,
  { first, offset, ...filter }: SymbolFilter & { readonly first: number; readonly offset: number },
): Promise<CodeSymbol[]> {
  const rows = await sql.query<SymbolRecord>(list, [...parameters(key, filter), first, offset]);
  return rows.map(symbolOf);
}

/** The number of symbols that a filter lets through. */
export async function countSymbols(sql: Sql, key: SnapshotKey, filter: SymbolFilter): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(count, parameters(key, filter));
  return Number(row?.count ?? 0n);
}

function parameters(key: SnapshotKey, { query, kinds, pathPrefix, isExported }: SymbolFilter): unknown[] {
  const folded = query === null ? null : foldedName(query);
  const scattered = folded === null || folded === '' ? null : `%${[...folded].join('%')}%`;
  return [
    key.projectId,
    key.branchId,
    key.number,
    kinds,
    pathPrefix === null || pathPrefix === '' ? null : pathToBytes(parsePath(pathPrefix)),
    isExported,
    query === null ? null : (scattered ?? ''),
    query,
    folded,
    scattered,
  ];
}
