import type { AnalysisStart, ChangedFile, ContentKey } from '@project-sync/sync';
import { pathFromBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { inPlace, inSnapshot, sameFiles, sameFilesColumns } from './snapshot-sql.ts';

/** The analysed snapshot that an analysis starts from: the branch's own, or one of the same repository. */
export interface AnalysisBase {
  readonly branchId: string;
  readonly number: number;
  readonly isOwn: boolean;
}

/** Contents of the snapshot $3 of the branch $2, of rows newer than a number, that readers of the version $5 have not read. */
export const unreadSince = (number: string): string => `
  repository_file f
   WHERE ${inSnapshot('f')} AND f.mode <> 57344 AND f.mode <> 40960 AND f.dialect <> 'none' AND f.added > ${number}
     AND NOT EXISTS (SELECT FROM content_facts c
                      WHERE c.project_id = f.project_id AND c.oid = f.oid AND c.dialect = f.dialect AND c.version = $5 OFFSET 0)`;

/**
 * $2 branch, $3 number, $4 version, $5 version of facts. The branch's own last analysed snapshot first, then the newest of the
 * repository.
 */
const start = `
  SELECT own.analyzed_at IS NOT NULL AND own.analysis_version = $4 AS done, base.branch_id, base.number,
         EXISTS (SELECT FROM repository_file f WHERE f.project_id = $1 AND f.branch_id = $2 AND f.added > base.number AND f.added <= $3)
         OR EXISTS (SELECT FROM repository_file f
                     WHERE f.project_id = $1 AND f.branch_id = $2 AND f.superseded > base.number AND f.superseded <= $3) AS moved,
         base.branch_id IS DISTINCT FROM $2 OR EXISTS (SELECT FROM ${unreadSince('base.number')}) AS unread,
         ${sameFiles} AS same_files
    FROM project_sync own
    LEFT JOIN LATERAL (
      SELECT s.branch_id, s.number, ${sameFilesColumns} FROM project_sync s
        JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id AND b.removed_at IS NULL
       WHERE s.project_id = $1 AND s.repository_id = own.repository_id AND s.analysis_version = $4 AND s.analyzed_at IS NOT NULL
         AND (s.branch_id <> $2 OR s.number < $3)
       ORDER BY (s.branch_id = $2) DESC, CASE WHEN s.branch_id = $2 THEN s.number END DESC, s.analyzed_at DESC
       LIMIT 1) base ON true
   WHERE own.project_id = $1 AND own.branch_id = $2 AND own.number = $3`;

/** Finds where an analysis starts. */
export async function startOf(
  sql: Sql,
  place: readonly [projectId: string, branchId: string, number: number],
  versions: readonly [analysis: number, facts: number],
): Promise<AnalysisStart & { readonly base: AnalysisBase | null; readonly isUnread: boolean }> {
  const [row] = await sql.query<{
    done: boolean | null;
    branch_id: string | null;
    number: number | null;
    moved: boolean | null;
    unread: boolean | null;
    same_files: boolean;
  }>(start, [...place, ...versions]);
  const base =
    row?.branch_id == null || row.number === null
      ? null
      : { branchId: row.branch_id, number: row.number, isOwn: row.branch_id === place[1] };
  return {
    isDone: row?.done === true,
    isUnchanged: base?.isOwn === true ? row?.moved !== true : base !== null && row?.same_files === true,
    base,
    isUnread: row?.unread !== false,
  };
}

// The first time every file is new. $4 last id
const all = (rows: number): string => `
  SELECT f.id, f.path, f.oid, f.dialect, NULL AS old_oid, NULL AS old_dialect FROM repository_file f
   WHERE ${inSnapshot('f')} AND f.id > $4
   ORDER BY f.id LIMIT ${rows}`;

// Rows that came since the base, and paths that went: $4 base branch, $5 base number, $6 last id. On the same branch only rows
// with a newer mark are read, so the cost follows the change and not the size of the branch.
const moved = (rows: number): string => `
  SELECT * FROM (
    SELECT f.id, f.path, f.oid, f.dialect, o.oid AS old_oid, o.dialect AS old_dialect FROM repository_file f
      LEFT JOIN repository_file o ON sha256(o.path) = sha256(f.path) AND ${inPlace('o')}
     WHERE ${inSnapshot('f')} AND f.id > $6 AND f.added > $5
       AND (o.oid IS DISTINCT FROM f.oid OR o.dialect IS DISTINCT FROM f.dialect)
    UNION ALL
    SELECT o.id, o.path, NULL, NULL, o.oid, o.dialect FROM repository_file o
     WHERE ${inPlace('o')} AND o.id > $6 AND o.superseded > $5 AND o.superseded <= $3
       AND NOT EXISTS (SELECT FROM repository_file f WHERE sha256(f.path) = sha256(o.path) AND ${inSnapshot('f')})) AS moved
   ORDER BY id LIMIT ${rows}`;
// Against another branch the whole listings are compared as sets: fresh rows have no statistics, and a join of them may
// become a loop within a loop.
const cameFromOther = (rows: number): string => `
  WITH differing AS MATERIALIZED (
    SELECT f.path, f.oid, f.dialect FROM repository_file f WHERE ${inSnapshot('f')}
    EXCEPT SELECT o.path, o.oid, o.dialect FROM repository_file o WHERE ${inPlace('o')}
  )
  SELECT f.id, f.path, f.oid, f.dialect, o.oid AS old_oid, o.dialect AS old_dialect FROM differing d
    JOIN repository_file f ON sha256(f.path) = sha256(d.path) AND ${inSnapshot('f')}
    LEFT JOIN repository_file o ON sha256(o.path) = sha256(d.path) AND ${inPlace('o')}
   WHERE f.id > $6 ORDER BY f.id LIMIT ${rows}`;
const goneFromOther = (rows: number): string => `
  WITH differing AS MATERIALIZED (
    SELECT o.path FROM repository_file o WHERE ${inPlace('o')}
    EXCEPT SELECT f.path FROM repository_file f WHERE ${inSnapshot('f')}
  )
  SELECT o.id, o.path, NULL AS oid, NULL AS dialect, o.oid AS old_oid, o.dialect AS old_dialect FROM differing d
    JOIN repository_file o ON sha256(o.path) = sha256(d.path) AND ${inPlace('o')}
   WHERE o.id > $6 ORDER BY o.id LIMIT ${rows}`;
/** The statements that read the changed files of a snapshot in pages, each with its parameters before the last id. */
export function changeStatements(
  place: readonly [projectId: string, branchId: string, number: number],
  base: AnalysisBase | null,
  rows: number,
): readonly { readonly text: string; readonly params: readonly unknown[] }[] {
  if (base === null) return [{ text: all(rows), params: place }];
  const params = [...place, base.branchId, base.number];
  const texts = base.isOwn ? [moved(rows)] : [cameFromOther(rows), goneFromOther(rows)];
  return texts.map((text) => ({ text, params }));
}

/** One path that differs from the base. */
export interface ChangeRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly path: Uint8Array;
  readonly oid: string | null;
  readonly dialect: string | null;
  readonly old_oid: string | null;
  readonly old_dialect: string | null;
}

/** Turns a row into a changed file. */
export function changedFileOf(row: ChangeRow): ChangedFile {
  return {
    path: showPath(pathFromBytes(row.path)),
    now: keyOf(row.oid, row.dialect),
    before: keyOf(row.old_oid, row.old_dialect),
  };
}

const keyOf = (oid: string | null, dialect: string | null): ContentKey | null =>
  oid === null || dialect === null ? null : { oid, dialect };
