import { origins, type Certainty } from '@project-sync/knowledge';
import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { fileTarget, linkKey, symbolTarget } from '../../engine/analysis-store/keys.ts';
import { batchedInProject } from '../batched.ts';

/** A file of a snapshot. */
export interface FilePlace {
  readonly branchId: string;
  readonly number: number;
  readonly path: string;
}

/** One import of a snapshot. */
export interface CodeImport {
  readonly from: FilePlace;
  /** Null where it leads outside of the repository or nowhere. */
  readonly to: FilePlace | null;
  readonly specifier: string;
  readonly packageName: string | null;
  readonly line: number;
  readonly names: readonly string[];
  readonly isTypeOnly: boolean;
}

/** One use of a symbol. */
export interface CodeReference {
  readonly file: FilePlace;
  readonly line: number;
  readonly kind: string;
  readonly certainty: Certainty;
  /** The key of the symbol in whose definition it stands. */
  readonly inside: string | null;
}

/** Links count only where the analysis of the snapshot is complete: until then there are none. */
const linked = `
  f.project_id = $1 AND f.branch_id = a.branch_id AND f.added <= a.number AND (f.superseded IS NULL OR f.superseded > a.number)
    AND EXISTS (SELECT FROM project_sync s WHERE s.project_id = $1 AND s.branch_id = a.branch_id AND s.number = a.number AND s.analyzed_at IS NOT NULL)`;

const importColumns = `f.path, i.link ->> 'path' AS target, i.link ->> 'packageName' AS package_name,
       c.body -> 'imports' -> (i.link ->> 'import')::int4 AS fact, i.ordinal`;
const withFacts = `
  CROSS JOIN LATERAL jsonb_array_elements(l.imports) WITH ORDINALITY AS i (link, ordinal)
  JOIN content_facts c ON c.project_id = f.project_id AND c.oid = f.oid AND c.dialect = f.dialect`;

const imports = `
  SELECT a.place, ${importColumns}
    FROM unnest($2::uuid[], $3::int4[], $4::text[]) WITH ORDINALITY AS a (branch_id, number, hex, place)
    JOIN file_link f ON ${linked} AND sha256(f.path) = sha256(decode(a.hex, 'hex'))
    JOIN link_set l ON l.project_id = f.project_id AND l.id = f.link_set_id ${withFacts}
   ORDER BY a.place, i.ordinal`;

interface ImportRecord extends Record<string, unknown> {
  readonly place: bigint;
  readonly path: Uint8Array;
  readonly target: string | null;
  readonly package_name: string | null;
  readonly fact: {
    readonly specifier: string;
    readonly line: number;
    readonly isTypeOnly: boolean;
    readonly names: readonly { readonly name: string }[];
  } | null;
}

const shown = (path: Uint8Array): string => showPath(pathFromBytes(path));
const hexOf = (path: string): string => pathToBytes(parsePath(path)).toString('hex');

function importOf({ branchId, number }: FilePlace, row: ImportRecord): CodeImport {
  return {
    from: { branchId, number, path: shown(row.path) },
    to: row.target === null ? null : { branchId, number, path: row.target },
    specifier: row.fact?.specifier ?? '',
    packageName: row.package_name,
    line: row.fact?.line ?? 1,
    names: row.fact?.names.map(({ name }) => name) ?? [],
    isTypeOnly: row.fact?.isTypeOnly ?? false,
  };
}

/** The imports of a file, in the order of its text. */
export const importsOf = batchedInProject(
  async (sql: Sql, projectId: string, files: readonly FilePlace[]): Promise<CodeImport[][]> => {
    const rows = await sql.query<ImportRecord>(imports, [
      projectId,
      files.map(({ branchId }) => branchId),
      files.map(({ number }) => number),
      files.map(({ path }) => hexOf(path)),
    ]);
    const found = files.map((): CodeImport[] => []);
    for (const row of rows) {
      const file = files[Number(row.place) - 1];
      if (file !== undefined) found[Number(row.place) - 1]?.push(importOf(file, row));
    }
    return found;
  },
);

/** A page of the imports of a file by others. */
export interface ImportersPage extends FilePlace {
  readonly first: number;
  readonly offset: number;
}

const targets = `
  unnest($2::uuid[], $3::int4[], $4::text[], $5::int8[], $6::int4[], $7::int4[])
    WITH ORDINALITY AS a (branch_id, number, path, key, first, skip, place)`;
const importing = `
  link_set l JOIN file_link f ON f.link_set_id = l.id AND ${linked} ${withFacts}
  WHERE l.project_id = $1 AND l.import_targets @> ARRAY[a.key] AND i.link ->> 'path' = a.path`;
const importers = `
  SELECT a.place, e.* FROM ${targets}
   CROSS JOIN LATERAL (
     SELECT ${importColumns} FROM ${importing} ORDER BY f.path, i.ordinal LIMIT a.first OFFSET a.skip) e
   ORDER BY a.place, e.path, e.ordinal`;
const importerCounts = `SELECT a.place, (SELECT count(*) FROM ${importing}) AS total FROM ${targets}`;

const importersParameters = (projectId: string, pages: readonly ImportersPage[]): unknown[] => [
  projectId,
  pages.map(({ branchId }) => branchId),
  pages.map(({ number }) => number),
  pages.map(({ path }) => path),
  pages.map(({ path }) => linkKey(projectId, fileTarget(path))),
  pages.map(({ first }) => first),
  pages.map(({ offset }) => offset),
];

/** The imports that lead to a file, in byte order of the importing path. */
export const importersOf = batchedInProject(
  async (sql: Sql, projectId: string, pages: readonly ImportersPage[]): Promise<CodeImport[][]> => {
    const rows = await sql.query<ImportRecord>(importers, importersParameters(projectId, pages));
    const found = pages.map((): CodeImport[] => []);
    for (const row of rows) {
      const page = pages[Number(row.place) - 1];
      if (page !== undefined) found[Number(row.place) - 1]?.push(importOf(page, row));
    }
    return found;
  },
);

/** The number of imports that lead to a file. */
export const countImporters = batchedInProject(
  async (sql: Sql, projectId: string, files: readonly FilePlace[]): Promise<number[]> => {
    const pages = files.map((file) => ({ ...file, first: 0, offset: 0 }));
    return totals(files, await sql.query(importerCounts, importersParameters(projectId, pages)));
  },
);

/** A page of the uses of a symbol. */
export interface ReferencesPage extends FilePlace {
  readonly key: string;
  readonly certainties: readonly Certainty[] | null;
  readonly first: number;
  readonly offset: number;
}

const certaintyRank = (certainty: Certainty): number => ['PROVEN', 'LIKELY', 'UNPROVEN'].indexOf(certainty);
/** The rank of each origin, as a table that statements join. */
const ranks = `(VALUES ${Object.entries(origins)
  .map(([origin, certainty]) => `('${origin}', '${certainty}', ${certaintyRank(certainty)})`)
  .join(', ')}) AS o (origin, certainty, rank)`;

const symbols = `
  unnest($2::uuid[], $3::int4[], $4::text[], $5::text[], $6::int8[], $7::text[], $8::int4[], $9::int4[])
    WITH ORDINALITY AS a (branch_id, number, path, key, target, certainties, first, skip, place)`;
const using = `
  link_set l JOIN file_link f ON f.link_set_id = l.id AND ${linked}
   CROSS JOIN LATERAL jsonb_array_elements(l."references") WITH ORDINALITY AS r (link, ordinal)
   JOIN ${ranks} ON o.origin = r.link ->> 'origin'
  WHERE l.project_id = $1 AND l.targets @> ARRAY[a.target] AND r.link ->> 'path' = a.path AND r.link ->> 'key' = a.key
    AND (a.certainties IS NULL OR o.certainty = ANY (string_to_array(a.certainties, ',')))`;
const references = `
  SELECT a.place, e.* FROM ${symbols}
   CROSS JOIN LATERAL (
     SELECT f.path, (r.link ->> 'line')::int4 AS line, r.link ->> 'kind' AS kind, r.link ->> 'inside' AS inside,
            o.certainty, o.rank, r.ordinal
       FROM ${using} ORDER BY o.rank, f.path, line, r.ordinal LIMIT a.first OFFSET a.skip) e
   ORDER BY a.place, e.rank, e.path, e.line, e.ordinal`;
const referenceCounts = `SELECT a.place, (SELECT count(*) FROM ${using}) AS total FROM ${symbols}`;

const referencesParameters = (projectId: string, pages: readonly ReferencesPage[]): unknown[] => [
  projectId,
  pages.map(({ branchId }) => branchId),
  pages.map(({ number }) => number),
  pages.map(({ path }) => path),
  pages.map(({ key }) => key),
  pages.map(({ path, key }) => linkKey(projectId, symbolTarget(path, key))),
  pages.map(({ certainties }) => certainties?.join(',') ?? null),
  pages.map(({ first }) => first),
  pages.map(({ offset }) => offset),
];

/** The uses of a symbol: the surest first, then by path and line. */
export const referencesTo = batchedInProject(
  async (sql: Sql, projectId: string, pages: readonly ReferencesPage[]): Promise<CodeReference[][]> => {
    const rows = await sql.query<{
      place: bigint;
      path: Uint8Array;
      line: number;
      kind: string;
      certainty: Certainty;
      inside: string | null;
    }>(references, referencesParameters(projectId, pages));
    const found = pages.map((): CodeReference[] => []);
    for (const { place, path, line, kind, certainty, inside } of rows) {
      const page = pages[Number(place) - 1];
      if (page === undefined) continue;
      const { branchId, number } = page;
      const file = { branchId, number, path: shown(path) };
      found[Number(place) - 1]?.push({ file, line, kind, certainty, inside });
    }
    return found;
  },
);

/** The number of uses of a symbol. */
export const countReferences = batchedInProject(
  async (
    sql: Sql,
    projectId: string,
    wanted: readonly Omit<ReferencesPage, 'first' | 'offset'>[],
  ): Promise<number[]> => {
    const pages = wanted.map((page) => ({ ...page, first: 0, offset: 0 }));
    return totals(wanted, await sql.query(referenceCounts, referencesParameters(projectId, pages)));
  },
);

function totals(wanted: readonly unknown[], rows: readonly Readonly<Record<string, unknown>>[]): number[] {
  const found = wanted.map(() => 0);
  for (const { place, total } of rows) found[Number(place) - 1] = Number(total);
  return found;
}
