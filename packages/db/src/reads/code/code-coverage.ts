import type { Sql } from '../../database/database.ts';
import { batchedInProject } from '../batched.ts';

/** The files that an analysis looked at. */
export interface CodeCoverage {
  readonly filesAnalysed: number;
  readonly filesNotAnalysed: number;
  readonly languages: readonly string[];
}

/** The share of one language in a snapshot. */
export interface LanguageShare {
  readonly language: string;
  readonly files: number;
  readonly lines: number;
  readonly bytes: number;
}

const snapshots = 'unnest($2::uuid[], $3::int4[]) WITH ORDINALITY AS a (branch_id, number, place)';
// Links and submodules have no text, and files that the path rules leave out are no code of the repository.
const files = `
  repository_file f
   WHERE f.project_id = $1 AND f.branch_id = a.branch_id AND f.added <= a.number AND (f.superseded IS NULL OR f.superseded > a.number)
     AND f.language IS NOT NULL AND f.ignored IS NULL AND f.mode NOT IN (40960, 57344)`;

const coverage = `
  SELECT a.place, e.language, e.analysed, e.files FROM ${snapshots}
   CROSS JOIN LATERAL (
     SELECT f.language, count(*) AS files,
            EXISTS (SELECT FROM project_sync s WHERE s.project_id = $1 AND s.branch_id = a.branch_id AND s.number = a.number AND s.analyzed_at IS NOT NULL)
            AND EXISTS (SELECT FROM content_facts c
                         WHERE c.project_id = f.project_id AND c.oid = f.oid AND c.dialect = f.dialect AND c.body IS NOT NULL) AS analysed
       FROM ${files} GROUP BY 1, 3) e
   ORDER BY a.place, e.language`;

const shares = `
  SELECT a.place, e.* FROM ${snapshots}
   CROSS JOIN LATERAL (
     SELECT w.language, count(*) AS files, coalesce(sum(c.code_lines), 0) AS lines, coalesce(sum(b.size), 0) AS bytes
       FROM (SELECT f.* FROM ${files}) w
       LEFT JOIN content_facts c ON c.project_id = w.project_id AND c.oid = w.oid AND c.dialect = w.dialect
       LEFT JOIN blob b ON b.project_id = w.project_id AND b.oid = w.oid
      GROUP BY w.language) e
   ORDER BY a.place, e.bytes DESC, e.language`;

/** A snapshot within its project. */
interface SnapshotPlace {
  readonly branchId: string;
  readonly number: number;
}

const parameters = (projectId: string, places: readonly SnapshotPlace[]): unknown[] => [
  projectId,
  places.map(({ branchId }) => branchId),
  places.map(({ number }) => number),
];

/** The files that the analysis of a snapshot looked at, and those that it did not. */
export const codeCoverage = batchedInProject(
  async (sql: Sql, projectId: string, places: readonly SnapshotPlace[]): Promise<CodeCoverage[]> => {
    const rows = await sql.query<{ place: bigint; language: string; analysed: boolean; files: bigint }>(
      coverage,
      parameters(projectId, places),
    );
    return places.map((_, index) => {
      const own = rows.filter(({ place }) => Number(place) === index + 1);
      const analysed = own.filter((row) => row.analysed);
      const sum = (of: readonly { readonly files: bigint }[]) =>
        of.reduce((total, row) => total + Number(row.files), 0);
      return {
        filesAnalysed: sum(analysed),
        filesNotAnalysed: sum(own) - sum(analysed),
        languages: analysed.map(({ language }) => language),
      };
    });
  },
);

/** The languages of a snapshot, the one with the most bytes first. */
export const languageShares = batchedInProject(
  async (sql: Sql, projectId: string, places: readonly SnapshotPlace[]): Promise<LanguageShare[][]> => {
    const rows = await sql.query<{
      place: bigint;
      language: string;
      files: bigint;
      lines: bigint;
      bytes: bigint | string;
    }>(shares, parameters(projectId, places));
    const found = places.map((): LanguageShare[] => []);
    for (const { place, language, files: count, lines, bytes } of rows)
      found[Number(place) - 1]?.push({
        language,
        files: Number(count),
        lines: Number(lines),
        bytes: Number(bytes),
      });
    return found;
  },
);
