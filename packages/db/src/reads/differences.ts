import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { batchedInProject } from './batched.ts';

/** One path that differs between two snapshots. */
export interface SyncChange {
  readonly kind: 'ADDED' | 'MODIFIED' | 'REMOVED' | 'RENAMED';
  readonly path: string;
  readonly previousPath: string | null;
  readonly oid: string | null;
  readonly previousOid: string | null;
}

/** A page of the paths of one branch that differ between the snapshots numbered `from` and `to`. */
export interface DifferencePage {
  readonly branchId: string;
  readonly from: number;
  readonly to: number;
  /** Whether a rename is one change. Renames are known only within the sync that found them. */
  readonly renames: boolean;
  readonly kinds: readonly string[] | null;
  readonly after: string | null;
  readonly first: number;
}

// A single page is planned by its own values; several pages share one plan.
const alone = `
  (VALUES ($2::uuid, $3::int4, $4::int4, $5::bool, $6::text, decode($7::text, 'hex'), $8::int4, 1::int8))
    AS a (branch_id, low, high, renames, kinds, after, first, place)`;
const several = `
  (SELECT branch_id, low, high, renames, kinds, decode(after, 'hex') AS after, first, place
     FROM unnest($2::uuid[], $3::int4[], $4::int4[], $5::bool[], $6::text[], $7::text[], $8::int4[])
          WITH ORDINALITY AS u (branch_id, low, high, renames, kinds, after, first, place)) a`;

const isAdded = (row: string) =>
  `${row}.project_id = $1 AND ${row}.branch_id = a.branch_id AND ${row}.added > a.low AND ${row}.added <= a.high
     AND (${row}.superseded IS NULL OR ${row}.superseded > a.high)`;
const isReplaced = (row: string) =>
  `${row}.project_id = $1 AND ${row}.branch_id = a.branch_id AND ${row}.superseded > a.low AND ${row}.superseded <= a.high
     AND ${row}.added <= a.low`;
const later = (row: string) =>
  `(a.after IS NULL OR (substring(${row}.path from 1 for 512), ${row}.path) > (substring(a.after from 1 for 512), a.after))`;

const kind = `
  CASE WHEN w.oid IS NOT NULL THEN 'MODIFIED' WHEN a.renames AND c.renamed_from IS NOT NULL THEN 'RENAMED' ELSE 'ADDED' END`;

// An added row and a superseded row of the same path are one change. A row that only the repository's path rules replaced
// is no change. Each side finds the other by the hash of its path, which is what the index stores.
const added = `
  SELECT ${kind} AS kind, c.path, CASE WHEN a.renames THEN c.renamed_from END AS previous_path, c.oid,
         coalesce(w.oid, r.oid) AS previous_oid
    FROM repository_file c
    LEFT JOIN repository_file w ON sha256(w.path) = sha256(c.path) AND ${isReplaced('w')}
    LEFT JOIN repository_file r ON a.renames AND sha256(r.path) = sha256(c.renamed_from) AND ${isReplaced('r')}
   WHERE ${isAdded('c')} AND ${later('c')} AND (w.oid, w.mode) IS DISTINCT FROM (c.oid, c.mode)
     AND (a.kinds IS NULL OR ${kind} = ANY (string_to_array(a.kinds, ',')))`;

const removed = `
  SELECT 'REMOVED' AS kind, w.path, NULL::bytea AS previous_path, NULL::text AS oid, w.oid AS previous_oid
    FROM repository_file w
   WHERE ${isReplaced('w')} AND ${later('w')} AND (a.kinds IS NULL OR 'REMOVED' = ANY (string_to_array(a.kinds, ',')))
     AND NOT EXISTS (SELECT FROM repository_file c WHERE sha256(c.path) = sha256(w.path) AND ${isAdded('c')})
     AND NOT EXISTS (SELECT FROM repository_file c WHERE a.renames AND sha256(c.renamed_from) = sha256(w.path) AND ${isAdded('c')})`;

const byPath = (row: string) => `ORDER BY substring(${row}.path from 1 for 512), ${row}.path LIMIT a.first`;

const pages = (asked: string) => `
  SELECT d.*, a.place FROM ${asked}
   CROSS JOIN LATERAL (
     SELECT * FROM ((${added} ${byPath('c')}) UNION ALL (${removed} ${byPath('w')})) b ORDER BY b.path LIMIT a.first) d
   ORDER BY a.place, d.path`;

const counts = (asked: string) => `
  SELECT a.place, (SELECT count(*) FROM (${added}) b) + (SELECT count(*) FROM (${removed}) b) AS total FROM ${asked}`;

/** The same places, from the first path on. */
const fromStart = (asked: string) => asked.replace(/decode\((?:\$7::text|after), 'hex'\)/, 'NULL::bytea');

// The total comes as a row without a path: a page may be empty, and its total is wanted all the same.
const countedPages = (asked: string) => `
  SELECT kind, path, previous_path, oid, previous_oid, place, NULL::int8 AS total FROM (${pages(asked)}) p
   UNION ALL
  SELECT NULL, NULL, NULL, NULL, NULL, c.place, c.total FROM (${counts(fromStart(asked))}) c
   ORDER BY place, path`;

interface ChangeRecord extends Record<string, unknown> {
  readonly kind: SyncChange['kind'];
  readonly path: Uint8Array;
  readonly previous_path: Uint8Array | null;
  readonly oid: string | null;
  readonly previous_oid: string | null;
}

/** The paths that differ, in byte order. */
export const differences = batchedInProject(
  async (sql: Sql, projectId: string, wanted: readonly DifferencePage[]): Promise<SyncChange[][]> => {
    const rows = await sql.query<ChangeRecord & { place: bigint }>(
      pages(wanted.length === 1 ? alone : several),
      parameters(projectId, wanted),
    );
    const found = wanted.map((): SyncChange[] => []);
    for (const row of rows) found[Number(row.place) - 1]?.push(changeOf(row));
    return found;
  },
);

/** A page of the paths that differ, with the number of all of them, in one statement. */
export const countedDifferences = batchedInProject(
  async (
    sql: Sql,
    projectId: string,
    wanted: readonly DifferencePage[],
  ): Promise<{ readonly changes: SyncChange[]; readonly total: number }[]> => {
    const rows = await sql.query<ChangeRecord & { place: bigint; total: bigint | null }>(
      countedPages(wanted.length === 1 ? alone : several),
      parameters(projectId, wanted),
    );
    return wanted.map((_, index) => {
      const own = rows.filter(({ place }) => Number(place) === index + 1);
      return {
        changes: own.filter(({ total }) => total === null).map(changeOf),
        total: Number(own.find(({ total }) => total !== null)?.total ?? 0n),
      };
    });
  },
);

/** The number of paths that differ, on all pages. */
export const countDifferences = batchedInProject(
  async (
    sql: Sql,
    projectId: string,
    wanted: readonly Omit<DifferencePage, 'after' | 'first'>[],
  ): Promise<number[]> => {
    const whole = wanted.map((page) => ({ ...page, after: null, first: 0 }));
    const rows = await sql.query<{ place: bigint; total: bigint }>(
      counts(wanted.length === 1 ? alone : several),
      parameters(projectId, whole),
    );
    const found = wanted.map(() => 0);
    for (const { place, total } of rows) found[Number(place) - 1] = Number(total);
    return found;
  },
);

/** The columns of `alone` and `several`: one value each for a single page, else one array each. */
function parameters(projectId: string, wanted: readonly DifferencePage[]): unknown[] {
  const columns = [
    wanted.map(({ branchId }) => branchId),
    wanted.map(({ from }) => from),
    wanted.map(({ to }) => to),
    wanted.map(({ renames }) => renames),
    wanted.map(({ kinds }) => kinds?.join(',') ?? null),
    wanted.map(({ after }) => (after === null ? null : pathToBytes(parsePath(after)).toString('hex'))),
    wanted.map(({ first }) => first),
  ];
  return [projectId, ...(wanted.length === 1 ? columns.map(([only]) => only) : columns)];
}

/** Turns a row into a change. */
export function changeOf(row: ChangeRecord): SyncChange {
  return {
    kind: row.kind,
    path: showPath(pathFromBytes(row.path)),
    previousPath: row.previous_path === null ? null : showPath(pathFromBytes(row.previous_path)),
    oid: row.oid,
    previousOid: row.previous_oid,
  };
}
