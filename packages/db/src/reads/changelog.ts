import {
  changelogPageOf,
  decodeAs,
  manifestNames,
  readManifest,
  type ChangelogSide,
  type DocumentPage,
  type ExportedSymbol,
  type ManifestFacts,
} from '@project-sync/knowledge';
import { pathFromBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { changelogPatterns } from './changelog-patterns.ts';

/** Files whose exports are compared. */
const MOST_FILES = 2000;

/** A snapshot of the project. */
interface Place {
  readonly branchId: string;
  readonly number: number;
}

const rowsAt = (branch: string, number: string): string => `
  SELECT f.path, f.oid, f.dialect FROM repository_file f
   WHERE f.project_id = $1 AND f.branch_id = ${branch} AND f.added <= ${number} AND (f.superseded IS NULL OR f.superseded > ${number})`;

/** $2 and $3 the older snapshot, $4 and $5 the newer one: the files of either side that the other one has not. */
const differing = `
  WITH older AS (${rowsAt('$2::uuid', '$3::int4')}), newer AS (${rowsAt('$4::uuid', '$5::int4')})
  SELECT true AS is_old, d.path, d.oid, d.dialect FROM (SELECT * FROM older EXCEPT SELECT * FROM newer) d
  UNION ALL
  SELECT false, d.path, d.oid, d.dialect FROM (SELECT * FROM newer EXCEPT SELECT * FROM older) d
  ORDER BY path`;

/** $2 contents, $3 dialects */
const symbols = `
  SELECT t.place, s.key, s.line, s.signature FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (oid, dialect, place)
    JOIN code_symbol s ON s.project_id = $1 AND s.oid = t.oid AND s.dialect = t.dialect AND s.is_exported
   ORDER BY t.place, s.ordinal`;

const modules = `
  SELECT d.summary ->> 'path' AS path, (d.summary ->> 'files')::int4 AS files, (d.summary ->> 'exported')::int4 AS exported FROM document d
   WHERE d.project_id = $1 AND d.branch_id = $2 AND d.kind = 'GENERATED' AND d.summary ->> 'path' IS NOT NULL
     AND d.added <= $3 AND (d.superseded IS NULL OR d.superseded > $3)
   ORDER BY d.path`;

const texts = `
  SELECT oid, content, encoding FROM blob
   WHERE project_id = $1 AND oid = ANY ($2::text[]) AND content IS NOT NULL AND encoding IS NOT NULL AND size < 1000000`;

interface DifferingFile {
  readonly isOld: boolean;
  readonly path: string;
  readonly oid: string;
  readonly dialect: string;
}

/** The changes between two snapshots for those who use the code, and those of its patterns. */
export async function changelogOf(
  sql: Sql,
  projectId: string,
  { older, newer }: { readonly older: Place; readonly newer: Place },
): Promise<DocumentPage> {
  const rows = await sql.query<{ is_old: boolean; path: Uint8Array; oid: string; dialect: string }>(
    differing,
    [projectId, older.branchId, older.number, newer.branchId, newer.number],
  );
  const found = rows.map(({ is_old: isOld, path, ...row }) => ({
    isOld,
    path: showPath(pathFromBytes(path)),
    ...row,
  }));
  const paths = [...new Set(found.map(({ path }) => path))];
  const shown = new Set(paths.slice(0, MOST_FILES));
  const files = found.filter(({ path }) => shown.has(path));
  const [exported, manifests, patterns, had, has] = await Promise.all([
    symbolsOf(sql, projectId, files),
    manifestsOf(sql, projectId, files),
    changelogPatterns(sql, projectId, { older, newer }),
    modulesAt(sql, projectId, older),
    modulesAt(sql, projectId, newer),
  ]);
  const side = (isOld: boolean, of: ChangelogSide['modules']): ChangelogSide => ({
    symbols: exported.get(isOld) ?? [],
    manifests: manifests.get(isOld) ?? [],
    modules: of,
  });
  return changelogPageOf({
    before: side(true, had),
    after: side(false, has),
    patterns,
    files: paths.length,
    compared: shown.size,
  });
}

async function symbolsOf(
  sql: Sql,
  projectId: string,
  files: readonly DifferingFile[],
): Promise<Map<boolean, ExportedSymbol[]>> {
  const rows = await sql.query<{ place: bigint; key: string; line: number; signature: string | null }>(
    symbols,
    [projectId, files.map(({ oid }) => oid), files.map(({ dialect }) => dialect)],
  );
  const sides = new Map<boolean, ExportedSymbol[]>([
    [true, []],
    [false, []],
  ]);
  for (const { place, ...symbol } of rows) {
    const file = files[Number(place) - 1];
    if (file !== undefined) sides.get(file.isOld)?.push({ path: file.path, ...symbol });
  }
  return sides;
}

async function manifestsOf(
  sql: Sql,
  projectId: string,
  files: readonly DifferingFile[],
): Promise<Map<boolean, ManifestFacts[]>> {
  const names: readonly string[] = manifestNames;
  const wanted = files.filter(({ path }) => names.includes(path.slice(path.lastIndexOf('/') + 1)));
  const rows = await sql.query<{ oid: string; content: Uint8Array; encoding: string }>(texts, [
    projectId,
    wanted.map(({ oid }) => oid),
  ]);
  const textOf = new Map(rows.map(({ oid, content, encoding }) => [oid, decodeAs(content, encoding)]));
  return new Map(
    [true, false].map((isOld) => [
      isOld,
      wanted
        .filter((file) => file.isOld === isOld)
        .flatMap(({ path, oid }) => readManifest(path, textOf.get(oid) ?? '') ?? []),
    ]),
  );
}

function modulesAt(
  sql: Sql,
  projectId: string,
  { branchId, number }: Place,
): Promise<ChangelogSide['modules'][number][]> {
  return sql.query<{ path: string; files: number; exported: number }>(modules, [projectId, branchId, number]);
}
