import type { Sql } from '../database/database.ts';
import { isActiveSql } from '../syncs/status-sql.ts';
import { batchedInAll } from './batched.ts';

/** A branch, and the number of its last finalized sync. */
export interface BranchHead {
  readonly projectId: string;
  readonly branchId: string;
  readonly head: number;
}

/** The part of a sync that its branch shows. */
export interface BranchSync {
  readonly id: string;
  readonly number: number | null;
  readonly status: string;
  readonly commitOid: string | null;
}

const headAndActive = `
  SELECT a.place, s.id, s.number, s.status::text AS status, s.commit_oid
    FROM jsonb_to_recordset($1::jsonb) AS a (place int4, project_id uuid, branch_id uuid, head int4)
    JOIN project_sync s ON s.project_id = a.project_id AND s.branch_id = a.branch_id
     AND (s.number = a.head OR ${isActiveSql('s.status')})`;

/** The last finalized sync of a branch and its active ones, however long its history is. */
export const branchSyncs = batchedInAll(
  async (sql: Sql, branches: readonly BranchHead[]): Promise<BranchSync[][]> => {
    const list = branches.map(({ projectId, branchId, head }, place) => ({
      place,
      project_id: projectId,
      branch_id: branchId,
      head,
    }));
    const rows = await sql.query<{
      place: number;
      id: string;
      number: number | null;
      status: string;
      commit_oid: string | null;
    }>(headAndActive, [JSON.stringify(list)]);
    const found = branches.map((): BranchSync[] => []);
    for (const { place, id, number, status, commit_oid: commitOid } of rows)
      found[place]?.push({ id, number, status, commitOid });
    return found;
  },
);
