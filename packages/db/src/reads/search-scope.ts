import type { Sql } from '../database/database.ts';

/** Which state a search looks through: as a sync left it, or as a branch stands now. */
export interface WantedScope {
  readonly syncId: string | null;
  readonly repositoryId: string | null;
  readonly branch: string | null;
}

/** The state that was found. */
export interface SearchScope {
  readonly branchId: string;
  readonly number: number;
  readonly commitOid: string | null;
  /** False when the source is known to have moved on, or to have lost the branch. */
  readonly isCurrent: boolean;
}

// Of several branches the default one of the oldest repository is meant.
const scope = `
  SELECT s.branch_id, s.number, s.commit_oid, b.source_head_oid, b.gone_at
    FROM project_sync s
    JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id
    JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id
   WHERE s.project_id = $1 AND s.number IS NOT NULL
     AND CASE WHEN $2::uuid IS NOT NULL THEN s.id = $2
              ELSE s.number = b.head AND b.removed_at IS NULL AND ($3::uuid IS NULL OR r.id = $3) AND ($4::text IS NULL OR b.name = $4) END
   ORDER BY b.name IS DISTINCT FROM r.default_branch, r.created_at, b.created_at LIMIT 1`;

/** Finds the state to be searched; null where nothing like it is kept. */
export async function searchScope(
  sql: Sql,
  projectId: string,
  wanted: WantedScope,
): Promise<SearchScope | null> {
  const [row] = await sql.query<{
    branch_id: string;
    number: number;
    commit_oid: string | null;
    source_head_oid: string | null;
    gone_at: Date | null;
  }>(scope, [projectId, wanted.syncId, wanted.repositoryId, wanted.branch]);
  return row === undefined
    ? null
    : {
        branchId: row.branch_id,
        number: row.number,
        commitOid: row.commit_oid,
        isCurrent: row.gone_at === null && row.source_head_oid === row.commit_oid,
      };
}
