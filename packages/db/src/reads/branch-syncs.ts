import type { Sql } from '../database/database.ts';
import { isActiveSql } from '../syncs/status-sql.ts';
import { manyOfAll } from './batched-lookup.ts';

/** A branch, and the number that its readers follow. */
export interface BranchHead {
  readonly projectId: string;
  readonly branchId: string;
  readonly head: number;
}

/** A sync, as a branch has it. */
export interface BranchSync {
  readonly id: string;
  readonly number: number | null;
  readonly status: string;
  readonly commitOid: string | null;
}

const stand = `
  SELECT a.project_id, a.branch_id, a.head, s.id, s.number, s.status::text AS status, s.commit_oid
    FROM jsonb_to_recordset($1::jsonb) AS a (project_id uuid, branch_id uuid, head int4)
    JOIN project_sync s ON s.project_id = a.project_id AND s.branch_id = a.branch_id
     AND (s.number = a.head OR ${isActiveSql('s.status')})`;

/** What a branch shows of its syncs, however many there were: the one that left its state, and those at work or waiting. */
export const branchSyncs = manyOfAll(
  async (sql: Sql, keys: readonly string[]): Promise<Map<string, BranchSync[]>> => {
    const rows = await sql.query<{
      project_id: string;
      branch_id: string;
      head: number;
      id: string;
      number: number | null;
      status: string;
      commit_oid: string | null;
    }>(stand, [`[${keys.join(',')}]`]);
    const found = new Map(keys.map((key) => [key, [] as BranchSync[]]));
    for (const { project_id: projectId, branch_id: branchId, head, id, number, status, commit_oid } of rows)
      found
        .get(branchHeadKey({ projectId, branchId, head }))
        ?.push({ id, number, status, commitOid: commit_oid });
    return found;
  },
);

/** The key that a branch goes by among the others of its turn. */
export function branchHeadKey({ projectId, branchId, head }: BranchHead): string {
  return JSON.stringify({ project_id: projectId, branch_id: branchId, head });
}
