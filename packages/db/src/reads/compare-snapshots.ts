import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { changeOf, countDifferences, differences, differencesKey, type SyncChange } from './differences.ts';
import { order, within, type SnapshotKey } from './snapshot-file.ts';
import type { TenantReads } from './tenant-reads.ts';

const inside = (branch: string, number: string) =>
  `project_id = $1 AND branch_id = ${branch} AND added <= ${number} AND (superseded IS NULL OR superseded > ${number})`;

// Two branches share no rows, so both states are read whole: what they have in common is known by its path alone.
const acrossBranches = `
  WITH told AS (
    SELECT coalesce(n.path, o.path) AS path, n.oid, o.oid AS previous_oid,
           CASE WHEN o.path IS NULL THEN 'ADDED' WHEN n.path IS NULL THEN 'REMOVED' ELSE 'MODIFIED' END AS kind
      FROM (SELECT path, oid, mode FROM repository_file WHERE ${inside('$2', '$3')}) o
      FULL JOIN (SELECT path, oid, mode FROM repository_file WHERE ${inside('$4', '$5')}) n ON n.path = o.path
     WHERE n.oid IS DISTINCT FROM o.oid OR n.mode IS DISTINCT FROM o.mode)
  SELECT kind, path, NULL::bytea AS previous_path, oid, previous_oid, (SELECT count(*) FROM told) AS total FROM told
   WHERE $6::bytea IS NULL OR path > $6::bytea ORDER BY path LIMIT $7`;

const paths = `SELECT f.path FROM repository_file f WHERE ${within} ORDER BY ${order}`;

/** What differs from one state to another, in byte order of the path. */
export interface Comparison {
  readonly changes: readonly SyncChange[];
  total(): Promise<number>;
}

/** Compares two states of a project, of one branch or of two. */
export async function compareSnapshots(
  reads: Pick<TenantReads, 'inProject'>,
  older: SnapshotKey,
  newer: SnapshotKey,
  page: { after: string | null; first: number },
): Promise<Comparison> {
  const { projectId, branchId } = newer;
  if (older.branchId !== branchId) return compareBranches(reads, older, newer, page);
  // On one branch only what came or went in between can differ, whatever the size of either state.
  const backwards = older.number > newer.number;
  const [from, to] = backwards ? [newer.number, older.number] : [older.number, newer.number];
  const between = { branchId, from, to, renames: false, kinds: null };
  const changes = (await differences(reads, projectId, differencesKey({ ...between, ...page }))) ?? [];
  return {
    changes: backwards ? changes.map(turned) : changes,
    total: async () =>
      (await countDifferences(reads, projectId, differencesKey({ ...between, after: null, first: 0 }))) ?? 0,
  };
}

/** Every path of a state, in byte order: what a finder holds. */
export async function snapshotPaths(sql: Sql, key: SnapshotKey): Promise<string[]> {
  const rows = await sql.query<{ path: Uint8Array }>(paths, [key.projectId, key.branchId, key.number]);
  return rows.map((row) => showPath(pathFromBytes(row.path)));
}

async function compareBranches(
  reads: Pick<TenantReads, 'inProject'>,
  older: SnapshotKey,
  newer: SnapshotKey,
  page: { after: string | null; first: number },
): Promise<Comparison> {
  const read = (after: string | null, first: number) =>
    reads.inProject(newer.projectId, (sql) =>
      sql.query<Parameters<typeof changeOf>[0] & { total: bigint }>(acrossBranches, [
        newer.projectId,
        older.branchId,
        older.number,
        newer.branchId,
        newer.number,
        after === null ? null : pathToBytes(parsePath(after)),
        first,
      ]),
    );
  const rows = await read(page.after, page.first);
  return {
    changes: rows.map(changeOf),
    // A page past the end has no row to carry the total.
    total: async () => Number((rows[0] ?? (await read(null, 1))[0])?.total ?? 0n),
  };
}

/** The same difference, looked at from the other side. */
function turned(change: SyncChange): SyncChange {
  const kind = change.kind === 'ADDED' ? 'REMOVED' : change.kind === 'REMOVED' ? 'ADDED' : change.kind;
  return { ...change, kind, oid: change.previousOid, previousOid: change.oid };
}
