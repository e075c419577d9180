import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import {
  changeOf,
  countDifferences,
  countedDifferences,
  differences,
  type SyncChange,
} from './differences.ts';
import { order, within, type SnapshotKey } from './snapshot-file.ts';
import type { TenantReads } from './tenant-reads.ts';

const inside = (branch: string, number: string) =>
  `project_id = $1 AND branch_id = ${branch} AND added <= ${number} AND (superseded IS NULL OR superseded > ${number})`;

// Two branches share no rows, so both snapshots are read whole and matched by path.
const acrossBranches = `
  WITH changed AS (
    SELECT coalesce(n.path, o.path) AS path, n.oid, o.oid AS previous_oid,
           CASE WHEN o.path IS NULL THEN 'ADDED' WHEN n.path IS NULL THEN 'REMOVED' ELSE 'MODIFIED' END AS kind
      FROM (SELECT path, oid, mode FROM repository_file WHERE ${inside('$2', '$3')}) o
      FULL JOIN (SELECT path, oid, mode FROM repository_file WHERE ${inside('$4', '$5')}) n ON n.path = o.path
     WHERE n.oid IS DISTINCT FROM o.oid OR n.mode IS DISTINCT FROM o.mode),
  wanted AS (SELECT * FROM changed WHERE $8::text[] IS NULL OR kind = ANY ($8::text[]))
  SELECT kind, path, NULL::bytea AS previous_path, oid, previous_oid, (SELECT count(*) FROM wanted) AS total FROM wanted
   WHERE $6::bytea IS NULL OR path > $6::bytea ORDER BY path LIMIT $7`;

const paths = `SELECT f.path FROM repository_file f WHERE ${within} ORDER BY ${order}`;

/** The differences between two snapshots, in byte order of the path. */
export interface Comparison {
  readonly changes: readonly SyncChange[];
  total(): Promise<number>;
}

/** The two snapshots of a comparison: what `newer` has and `older` has not was added. */
export interface ComparedSnapshots {
  readonly older: SnapshotKey;
  readonly newer: SnapshotKey;
}

interface ComparisonPage {
  readonly after: string | null;
  readonly first: number;
  /** Only changes of these kinds; all by default. */
  readonly kinds?: readonly SyncChange['kind'][] | null;
  /** Whether the total is wanted: it is then counted by the statement that reads the page. */
  readonly isCounted?: boolean;
}

/** Compares two snapshots of a project, of one branch or of two. */
export async function compareSnapshots(
  reads: Pick<TenantReads, 'inProject'>,
  { older, newer }: ComparedSnapshots,
  { kinds = null, isCounted = false, ...page }: ComparisonPage,
): Promise<Comparison> {
  const { projectId, branchId } = newer;
  if (older.branchId !== branchId) return compareBranches(reads, { older, newer }, { ...page, kinds });
  // On one branch only rows added or superseded in between can differ, whatever the size of either snapshot.
  const backwards = older.number > newer.number;
  const [from, to] = backwards ? [newer.number, older.number] : [older.number, newer.number];
  const asStored = backwards ? (kinds?.map(reversedKind) ?? null) : kinds;
  const between = { branchId, from, to, renames: false, kinds: asStored };
  const asSeen = (changes: readonly SyncChange[]) => (backwards ? changes.map(reversed) : [...changes]);
  if (isCounted) {
    const { changes, total } = await countedDifferences(reads, projectId, { ...between, ...page });
    return { changes: asSeen(changes), total: () => Promise.resolve(total) };
  }
  return {
    changes: asSeen(await differences(reads, projectId, { ...between, ...page })),
    total: () => countDifferences(reads, projectId, between),
  };
}

/** Every path of a snapshot, in byte order. */
export async function snapshotPaths(sql: Sql, key: SnapshotKey): Promise<string[]> {
  const rows = await sql.query<{ path: Uint8Array }>(paths, [key.projectId, key.branchId, key.number]);
  return rows.map((row) => showPath(pathFromBytes(row.path)));
}

async function compareBranches(
  reads: Pick<TenantReads, 'inProject'>,
  { older, newer }: ComparedSnapshots,
  page: ComparisonPage,
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
        page.kinds ?? null,
      ]),
    );
  const rows = await read(page.after, page.first);
  return {
    changes: rows.map(changeOf),
    // A page past the end has no row that carries the total.
    total: async () => Number((rows[0] ?? (await read(null, 1))[0])?.total ?? 0n),
  };
}

/** The change that undoes this one. */
function reversed(change: SyncChange): SyncChange {
  return {
    ...change,
    kind: reversedKind(change.kind),
    oid: change.previousOid,
    previousOid: change.oid,
  };
}

function reversedKind(kind: SyncChange['kind']): SyncChange['kind'] {
  if (kind === 'ADDED') return 'REMOVED';
  return kind === 'REMOVED' ? 'ADDED' : kind;
}
