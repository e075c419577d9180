import type { Sql } from '../database/database.ts';

/** The state that a search is to read: as a sync left it, or as branches stand now. */
export interface WantedSnapshots {
  readonly syncId: string | null;
  /** Null means every repository of the project. */
  readonly repositoryIds: readonly string[] | null;
  /** Null means the default branch of each repository. */
  readonly branch: string | null;
  /** Parts of repository names, from `repo:`; a repository must have each of them. */
  readonly names: readonly string[];
}

/** A snapshot that is searched, with the repository that it is of. */
export interface SearchedSnapshot {
  readonly branchId: string;
  readonly number: number;
  readonly commitOid: string | null;
  /** False when the source is known to have moved on, or to have lost the branch. */
  readonly isCurrent: boolean;
  readonly repositoryId: string;
  readonly repositoryName: string;
}

// One snapshot for each repository: of several branches the default one, else the oldest.
const snapshots = `
  SELECT DISTINCT ON (r.id) s.branch_id, s.number, s.commit_oid, b.source_head_oid, b.gone_at, r.id AS repository_id, r.name
    FROM project_sync s
    JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id
    JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id
   WHERE s.project_id = $1 AND s.number IS NOT NULL
     AND CASE WHEN $2::uuid IS NOT NULL THEN s.id = $2
              ELSE s.number = b.head AND b.removed_at IS NULL AND r.removed_at IS NULL AND ($4::text IS NULL OR b.name = $4) END
     AND ($3::uuid[] IS NULL OR r.id = ANY ($3::uuid[]))
     AND ($5::text[] IS NULL OR r.name ILIKE ALL ($5::text[]))
   ORDER BY r.id, b.name IS DISTINCT FROM r.default_branch, b.created_at, s.number DESC LIMIT 500`;

interface SnapshotRow extends Record<string, unknown> {
  readonly branch_id: string;
  readonly number: number;
  readonly commit_oid: string | null;
  readonly source_head_oid: string | null;
  readonly gone_at: Date | null;
  readonly repository_id: string;
  readonly name: string;
}

/** Finds the snapshots to be searched, one for each repository; none where nothing of it is kept. */
export async function searchSnapshots(
  sql: Sql,
  projectId: string,
  wanted: WantedSnapshots,
): Promise<SearchedSnapshot[]> {
  const rows = await sql.query<SnapshotRow>(snapshots, [
    projectId,
    wanted.syncId,
    wanted.repositoryIds === null ? null : [...wanted.repositoryIds],
    wanted.branch,
    wanted.names.length === 0 ? null : wanted.names.map((name) => `%${name.replaceAll(/[\\%_]/g, '\\$&')}%`),
  ]);
  return rows.map((row) => ({
    branchId: row.branch_id,
    number: row.number,
    commitOid: row.commit_oid,
    isCurrent: row.gone_at === null && row.source_head_oid === row.commit_oid,
    repositoryId: row.repository_id,
    repositoryName: row.name,
  }));
}
