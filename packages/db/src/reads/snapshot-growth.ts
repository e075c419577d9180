import type { Sql } from '../database/database.ts';
import { batchedInProject } from './batched.ts';

/** A snapshot in the line of its branch, and how much it held. */
export interface GrowthPoint {
  readonly syncId: string;
  readonly number: number;
  /** The number of the sync in its project. */
  readonly ordinal: number;
  readonly commitOid: string;
  readonly finalizedAt: Date;
  readonly files: number;
  readonly passages: number;
  readonly changedFiles: number;
  /** Null where the patterns of the snapshot were not looked for. */
  readonly patterns: number | null;
}

/** The snapshots of a branch up to one of them, at most `first`. */
interface GrowthPage {
  readonly branchId: string;
  readonly number: number;
  readonly first: number;
}

const stat = (name: string) => `coalesce((s.stats ->> '${name}')::int8, 0)`;

// Each sync counted what it added and what it replaced, so the sums need none of the files.
const growth = `
  SELECT a.place, p.*,
         CASE WHEN p.patterns_at IS NULL THEN NULL ELSE (
           SELECT count(*) FROM pattern t
            WHERE t.project_id = $1 AND t.branch_id = a.branch_id AND t.added <= p.number
              AND (t.superseded IS NULL OR t.superseded > p.number)) END AS patterns
    FROM unnest($2::uuid[], $3::int4[], $4::int4[]) WITH ORDINALITY AS a (branch_id, number, first, place)
   CROSS JOIN LATERAL (
     SELECT s.id, s.number, s.ordinal, s.commit_oid, s.patterns_at,
            coalesce(s.finalized_at, s.completed_at, s.queued_at) AS finalized_at,
            ${stat('filesTotal')} AS files,
            sum(${stat('entriesCreated')} - ${stat('entriesSuperseded')}) OVER (ORDER BY s.number) AS passages,
            ${stat('filesAdded')} + ${stat('filesModified')} + ${stat('filesRemoved')} + ${stat('filesRenamed')} AS changed
       FROM project_sync s
      WHERE s.project_id = $1 AND s.branch_id = a.branch_id AND s.number <= a.number AND s.commit_oid IS NOT NULL
      ORDER BY s.number DESC LIMIT a.first) p
   ORDER BY a.place, p.number DESC`;

type GrowthRow = {
  readonly place: bigint;
  readonly id: string;
  readonly number: number;
  readonly ordinal: number;
  readonly commit_oid: string;
  readonly finalized_at: Date;
  readonly files: bigint;
  readonly passages: bigint | string;
  readonly changed: bigint;
  readonly patterns: bigint | null;
};

/** How a branch grew up to a snapshot, the newest first. */
export const snapshotGrowth = batchedInProject(
  async (sql: Sql, projectId: string, pages: readonly GrowthPage[]): Promise<GrowthPoint[][]> => {
    const rows = await sql.query<GrowthRow>(growth, [
      projectId,
      pages.map(({ branchId }) => branchId),
      pages.map(({ number }) => number),
      pages.map(({ first }) => first),
    ]);
    const found = pages.map((): GrowthPoint[] => []);
    for (const row of rows)
      found[Number(row.place) - 1]?.push({
        syncId: row.id,
        number: row.number,
        ordinal: row.ordinal,
        commitOid: row.commit_oid,
        finalizedAt: row.finalized_at,
        files: Number(row.files),
        passages: Number(row.passages),
        changedFiles: Number(row.changed),
        patterns: row.patterns === null ? null : Number(row.patterns),
      });
    return found;
  },
);
