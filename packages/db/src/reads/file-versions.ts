import { pathToBytes, type GitPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { batchedInProject } from './batched.ts';
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

// When the repository's path rules change, a row is replaced by one with the same content and mode: that is no version.
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
export const fileVersions = batchedInProject(
  async (sql: Sql, projectId: string, wanted: readonly VersionsPage[]): Promise<SnapshotFile[][]> => {
    const rows = await sql.query<FileRecord & { place: bigint }>(pages, parameters(projectId, wanted));
    const found = wanted.map((): SnapshotFile[] => []);
    for (const row of rows) found[Number(row.place) - 1]?.push(fileOf(row));
    return found;
  },
);

/** The number of versions of a path up to the branch's head. */
export const countVersions = batchedInProject(
  async (
    sql: Sql,
    projectId: string,
    wanted: readonly Pick<VersionsPage, 'branchId' | 'path'>[],
  ): Promise<number[]> => {
    const whole = wanted.map((page) => ({ ...page, first: 0, before: null }));
    const rows = await sql.query<{ place: bigint; total: bigint }>(counts, parameters(projectId, whole));
    const found = wanted.map(() => 0);
    for (const { place, total } of rows) found[Number(place) - 1] = Number(total);
    return found;
  },
);

function parameters(projectId: string, wanted: readonly VersionsPage[]): unknown[] {
  return [
    projectId,
    wanted.map(({ branchId }) => branchId),
    wanted.map(({ path }) => pathToBytes(path).toString('hex')),
    wanted.map(({ first }) => first),
    wanted.map(({ before }) => before),
  ];
}
