import { pathToBytes, type GitPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { batchedInProject } from './batched.ts';
import { columns, fileOf, from, type FileRecord, type SnapshotFile } from './snapshot-file.ts';

/** A page of the versions of the file at one path of one branch. */
export interface VersionsPage {
  readonly branchId: string;
  readonly path: GitPath;
  readonly first: number;
  /** Only versions older than this one. */
  readonly before: number | null;
}

const asked = `
  unnest($2::uuid[], $3::text[], $4::int4[], $5::int4[]) WITH ORDINALITY AS a (branch_id, path, first, before, place)`;

// The paths that a file had, each with the sync that renamed it away from there. The bound falls with each step.
const names = `
  WITH RECURSIVE name AS (
    SELECT a.place, a.branch_id, a.first, a.before, decode(a.path, 'hex') AS path, 2147483647 AS below, 0 AS depth,
           (SELECT h.head FROM branch h WHERE h.project_id = $1 AND h.id = a.branch_id) AS head
      FROM ${asked}
    UNION
    SELECT n.place, n.branch_id, n.first, n.before, f.renamed_from, f.added, n.depth + 1, n.head
      FROM name n
      JOIN repository_file f ON f.project_id = $1 AND f.branch_id = n.branch_id AND sha256(f.path) = sha256(n.path)
     WHERE f.renamed_from IS NOT NULL AND f.added < n.below AND f.added <= n.head AND n.depth < 100)`;

// When the repository's path rules change, a row is replaced by one with the same content and mode: that is no version.
// A sync that swaps two names brings one version, that of the nearer name.
const versions = `
  SELECT DISTINCT ON (n.place, f.added) n.place, n.first, n.before, f.added, f.id
    FROM name n
    JOIN repository_file f ON f.project_id = $1 AND f.branch_id = n.branch_id AND sha256(f.path) = sha256(n.path)
   WHERE f.added < n.below AND f.added <= n.head
     AND NOT EXISTS (
       SELECT FROM repository_file o
        WHERE o.project_id = $1 AND o.branch_id = n.branch_id AND sha256(o.path) = sha256(n.path)
          AND o.superseded = f.added AND o.oid = f.oid AND o.mode = f.mode)
   ORDER BY n.place, f.added, n.depth`;

const pages = `${names},
  version AS (${versions}),
  page AS (
    SELECT v.place, v.id, v.added, v.first, row_number() OVER (PARTITION BY v.place ORDER BY v.added DESC) AS at
      FROM version v WHERE v.before IS NULL OR v.added < v.before)
  SELECT ${columns}, p.place FROM page p JOIN (${from}) ON f.project_id = $1 AND f.id = p.id
   WHERE p.at <= p.first ORDER BY p.place, p.added DESC`;

const counts = `${names}, version AS (${versions})
  SELECT v.place, count(*) AS total FROM version v GROUP BY v.place`;

/** The versions of a file up to the branch's head, newest first: those of its path, and of the paths it was renamed from. */
export const fileVersions = batchedInProject(
  async (sql: Sql, projectId: string, wanted: readonly VersionsPage[]): Promise<SnapshotFile[][]> => {
    const rows = await sql.query<FileRecord & { place: bigint }>(pages, parameters(projectId, wanted));
    const found = wanted.map((): SnapshotFile[] => []);
    for (const row of rows) found[Number(row.place) - 1]?.push(fileOf(row));
    return found;
  },
);

/** The number of versions of a file up to the branch's head. */
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
