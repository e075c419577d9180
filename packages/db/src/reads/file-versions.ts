import { pathToBytes, type GitPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { manyByKey } from './batched-lookup.ts';
import { columns, fileOf, from, type FileRecord, type SnapshotFile } from './snapshot-file.ts';

/** A page of the versions of one path on one branch. */
export interface VersionsPage {
  readonly branchId: string;
  readonly path: GitPath;
  readonly first: number;
  /** Only versions older than this one. */
  readonly before: number | null;
}

const asked = `
  unnest($2::uuid[], $3::text[], $4::int4[], $5::int4[]) WITH ORDINALITY AS a (branch_id, path, first, before, place)`;

// A row that only the repository's own rules have changed is the same version as the one that it took over from.
const version = `
  f.project_id = $1 AND f.branch_id = a.branch_id AND sha256(f.path) = sha256(decode(a.path, 'hex'))
    AND f.added <= (SELECT h.head FROM branch h WHERE h.project_id = $1 AND h.id = a.branch_id)
    AND NOT EXISTS (
      SELECT FROM repository_file o
       WHERE o.project_id = $1 AND o.branch_id = a.branch_id AND sha256(o.path) = sha256(decode(a.path, 'hex'))
         AND o.superseded = f.added AND o.oid = f.oid AND o.mode = f.mode)`;

const pages = `
  SELECT v.*, a.place FROM ${asked}
   CROSS JOIN LATERAL (
     SELECT ${columns} FROM ${from}
      WHERE ${version} AND (a.before IS NULL OR f.added < a.before)
      ORDER BY f.added DESC LIMIT a.first) v
   ORDER BY a.place, v.added DESC`;

const counts = `
  SELECT a.place, (SELECT count(*) FROM repository_file f WHERE ${version}) AS total FROM ${asked}`;

/** The versions of a path up to the branch's head, newest first. */
export const fileVersions = manyByKey(
  async (sql: Sql, projectId: string, keys: readonly string[]): Promise<Map<string, SnapshotFile[]>> => {
    const rows = await sql.query<FileRecord & { place: bigint }>(pages, parameters(projectId, keys));
    const found = new Map(keys.map((key) => [key, [] as SnapshotFile[]]));
    for (const row of rows) found.get(keys[Number(row.place) - 1] ?? '')?.push(fileOf(row));
    return found;
  },
);

/** How many versions of a path there are up to the branch's head. */
export const countVersions = manyByKey(
  async (sql: Sql, projectId: string, keys: readonly string[]): Promise<Map<string, number>> => {
    const rows = await sql.query<{ place: bigint; total: bigint }>(counts, parameters(projectId, keys));
    return new Map(rows.map(({ place, total }) => [keys[Number(place) - 1] ?? '', Number(total)]));
  },
);

/** The key that a page goes by among the others of its turn. */
export function versionsKey({ branchId, path, first, before }: VersionsPage): string {
  return [branchId, pathToBytes(path).toString('hex'), first, before ?? ''].join(' ');
}

function parameters(projectId: string, keys: readonly string[]): unknown[] {
  const parts = keys.map((key) => key.split(' '));
  return [
    projectId,
    parts.map(([branchId]) => branchId),
    parts.map(([, path]) => path),
    parts.map(([, , first]) => Number(first)),
    parts.map(([, , , before]) => (before === '' ? null : Number(before))),
  ];
}
