import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { manyByKey } from './batched-lookup.ts';

/** One path that differs between two states of a branch. */
export interface SyncChange {
  readonly kind: 'ADDED' | 'MODIFIED' | 'REMOVED' | 'RENAMED';
  readonly path: string;
  readonly previousPath: string | null;
  readonly oid: string | null;
  readonly previousOid: string | null;
}

/** A page of what differs on one branch from the state after sync `from` to the state after sync `to`. */
export interface DifferencePage {
  readonly branchId: string;
  readonly from: number;
  readonly to: number;
  /** Whether a rename is told as one: where it was found is the one sync that made it. */
  readonly renames: boolean;
  readonly kinds: readonly string[] | null;
  readonly after: string | null;
  readonly first: number;
}

// One page alone is planned by its own numbers; several share a plan.
const alone = `
  (VALUES ($2::uuid, $3::int4, $4::int4, $5::bool, $6::text, decode($7::text, 'hex'), $8::int4, 1::int8))
    AS a (branch_id, low, high, renames, kinds, after, first, place)`;
const several = `
  (SELECT branch_id, low, high, renames, kinds, decode(after, 'hex') AS after, first, place
     FROM unnest($2::uuid[], $3::int4[], $4::int4[], $5::bool[], $6::text[], $7::text[], $8::int4[])
          WITH ORDINALITY AS u (branch_id, low, high, renames, kinds, after, first, place)) a`;

const isNew = (row: string) =>
  `${row}.project_id = $1 AND ${row}.branch_id = a.branch_id AND ${row}.added > a.low AND ${row}.added <= a.high
     AND (${row}.superseded IS NULL OR ${row}.superseded > a.high)`;
const isOld = (row: string) =>
  `${row}.project_id = $1 AND ${row}.branch_id = a.branch_id AND ${row}.superseded > a.low AND ${row}.superseded <= a.high
     AND ${row}.added <= a.low`;
const later = (row: string) =>
  `(a.after IS NULL OR (substring(${row}.path from 1 for 512), ${row}.path) > (substring(a.after from 1 for 512), a.after))`;

const kind = `
  CASE WHEN w.oid IS NOT NULL THEN 'MODIFIED' WHEN a.renames AND c.renamed_from IS NOT NULL THEN 'RENAMED' ELSE 'ADDED' END`;

// What came and what went are two sides of the same path. A row that only the repository's own rules have changed is
// the same file. Both sides look the other up by the hash of the path, which is what the index holds of it.
const came = `
  SELECT ${kind} AS kind, c.path, CASE WHEN a.renames THEN c.renamed_from END AS previous_path, c.oid,
         coalesce(w.oid, r.oid) AS previous_oid
    FROM repository_file c
    LEFT JOIN repository_file w ON sha256(w.path) = sha256(c.path) AND ${isOld('w')}
    LEFT JOIN repository_file r ON a.renames AND sha256(r.path) = sha256(c.renamed_from) AND ${isOld('r')}
   WHERE ${isNew('c')} AND ${later('c')} AND (w.oid, w.mode) IS DISTINCT FROM (c.oid, c.mode)
     AND (a.kinds IS NULL OR ${kind} = ANY (string_to_array(a.kinds, ',')))`;

const went = `
  SELECT 'REMOVED' AS kind, w.path, NULL::bytea AS previous_path, NULL::text AS oid, w.oid AS previous_oid
    FROM repository_file w
   WHERE ${isOld('w')} AND ${later('w')} AND (a.kinds IS NULL OR 'REMOVED' = ANY (string_to_array(a.kinds, ',')))
     AND NOT EXISTS (SELECT FROM repository_file c WHERE sha256(c.path) = sha256(w.path) AND ${isNew('c')})
     AND NOT EXISTS (SELECT FROM repository_file c WHERE a.renames AND sha256(c.renamed_from) = sha256(w.path) AND ${isNew('c')})`;

const byPath = (row: string) => `ORDER BY substring(${row}.path from 1 for 512), ${row}.path LIMIT a.first`;

const pages = (asked: string) => `
  SELECT d.*, a.place FROM ${asked}
   CROSS JOIN LATERAL (
     SELECT * FROM ((${came} ${byPath('c')}) UNION ALL (${went} ${byPath('w')})) b ORDER BY b.path LIMIT a.first) d
   ORDER BY a.place, d.path`;

const counts = (asked: string) => `
  SELECT a.place, (SELECT count(*) FROM (${came}) b) + (SELECT count(*) FROM (${went}) b) AS total FROM ${asked}`;

interface ChangeRecord extends Record<string, unknown> {
  readonly kind: SyncChange['kind'];
  readonly path: Uint8Array;
  readonly previous_path: Uint8Array | null;
  readonly oid: string | null;
  readonly previous_oid: string | null;
}

/** What differs, in byte order of the path. */
export const differences = manyByKey(
  async (sql: Sql, projectId: string, keys: readonly string[]): Promise<Map<string, SyncChange[]>> => {
    const rows = await sql.query<ChangeRecord & { place: bigint }>(
      pages(keys.length === 1 ? alone : several),
      parameters(projectId, keys),
    );
    const found = new Map(keys.map((key) => [key, [] as SyncChange[]]));
    for (const row of rows) found.get(keys[Number(row.place) - 1] ?? '')?.push(changeOf(row));
    return found;
  },
);

/** How much differs. */
export const countDifferences = manyByKey(
  async (sql: Sql, projectId: string, keys: readonly string[]): Promise<Map<string, number>> => {
    const rows = await sql.query<{ place: bigint; total: bigint }>(
      counts(keys.length === 1 ? alone : several),
      parameters(projectId, keys),
    );
    return new Map(rows.map(({ place, total }) => [keys[Number(place) - 1] ?? '', Number(total)]));
  },
);

/** The key that a page goes by among the others of its turn. */
export function differencesKey(page: DifferencePage): string {
  const after = page.after === null ? '' : pathToBytes(parsePath(page.after)).toString('hex');
  return [
    page.branchId,
    page.from,
    page.to,
    page.renames,
    page.kinds?.join(',') ?? '*',
    after,
    page.first,
  ].join(' ');
}

function parameters(projectId: string, keys: readonly string[]): unknown[] {
  const parts = keys.map((key) => key.split(' '));
  const column = <T>(index: number, read: (text: string) => T) =>
    parts.map((part) => read(part[index] ?? ''));
  const columns: unknown[][] = [
    column(0, String),
    column(1, Number),
    column(2, Number),
    column(3, (text) => text === 'true'),
    column(4, (text) => (text === '*' ? null : text)),
    column(5, (text) => (text === '' ? null : text)),
    column(6, Number),
  ];
  return [projectId, ...(keys.length === 1 ? columns.map(([only]) => only) : columns)];
}

/** Reads a row. */
export function changeOf(row: ChangeRecord): SyncChange {
  return {
    kind: row.kind,
    path: showPath(pathFromBytes(row.path)),
    previousPath: row.previous_path === null ? null : showPath(pathFromBytes(row.previous_path)),
    oid: row.oid,
    previousOid: row.previous_oid,
  };
}
