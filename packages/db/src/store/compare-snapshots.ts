import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../database.ts';
import type { SnapshotKey, SyncChange } from './snapshots.ts';

const inside = (project: string, branch: string, number: string) =>
  `project_id = ${project} AND branch_id = ${branch} AND added <= ${number} AND (superseded IS NULL OR superseded > ${number})`;

// Rows that both states share on one branch drop out by their id before paths are compared at all.
const differences = `
  WITH older AS (SELECT id, path, oid, mode FROM repository_file WHERE ${inside('$1', '$2', '$3')}),
       newer AS (SELECT id, path, oid, mode FROM repository_file WHERE ${inside('$1', '$4', '$5')}),
       went AS (SELECT * FROM older o WHERE NOT EXISTS (SELECT FROM newer n WHERE n.id = o.id)),
       came AS (SELECT * FROM newer n WHERE NOT EXISTS (SELECT FROM older o WHERE o.id = n.id)),
       told AS (
         SELECT coalesce(c.path, w.path) AS path, c.oid, w.oid AS previous_oid,
                CASE WHEN w.path IS NULL THEN 'ADDED' WHEN c.path IS NULL THEN 'REMOVED' ELSE 'MODIFIED' END AS kind
           FROM came c FULL JOIN went w ON w.path = c.path
          WHERE c.oid IS DISTINCT FROM w.oid OR c.mode IS DISTINCT FROM w.mode)
  SELECT kind, path, oid, previous_oid, (SELECT count(*) FROM told) AS total FROM told
   WHERE $6::bytea IS NULL OR path > $6::bytea ORDER BY path LIMIT $7`;

const paths = `SELECT path FROM repository_file WHERE ${inside('$1', '$2', '$3')} ORDER BY path`;

/** What differs from one state to another, in byte order of the path, and how much of it there is. */
export async function compareSnapshots(
  sql: Sql,
  older: SnapshotKey,
  newer: SnapshotKey,
  page: { after: string | null; first: number },
): Promise<{ changes: SyncChange[]; total: number }> {
  const rows = await sql.query<{
    kind: SyncChange['kind'];
    path: Uint8Array;
    oid: string | null;
    previous_oid: string | null;
    total: bigint;
  }>(differences, [
    newer.projectId,
    older.branchId,
    older.number,
    newer.branchId,
    newer.number,
    page.after === null ? null : pathToBytes(parsePath(page.after)),
    page.first,
  ]);
  const changes = rows.map((row) => ({
    kind: row.kind,
    path: showPath(pathFromBytes(row.path)),
    previousPath: null,
    oid: row.oid,
    previousOid: row.previous_oid,
  }));
  return { changes, total: Number(rows[0]?.total ?? 0n) };
}

/** Every path of a state, in byte order: what a finder holds. */
export async function snapshotPaths(sql: Sql, key: SnapshotKey): Promise<string[]> {
  const rows = await sql.query<{ path: Uint8Array }>(paths, [key.projectId, key.branchId, key.number]);
  return rows.map((row) => showPath(pathFromBytes(row.path)));
}
