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

/** One snapshot for each repository: of several branches the default one, else the oldest. Its four parameters begin at `first`. */
export function wantedSnapshotsSql(first: number): string {
  const [sync, repositories, branch, names] = [0, 1, 2, 3].map((at) => `$${first + at}`);
  return `
  SELECT DISTINCT ON (r.id) s.branch_id AS id, s.number, s.commit_oid,
         b.gone_at IS NULL AND b.source_head_oid IS NOT DISTINCT FROM s.commit_oid AS is_current,
         r.id AS repository_id, r.name AS repository_name
    FROM project_sync s
    JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id
    JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id
   WHERE s.project_id = $1 AND s.number IS NOT NULL
     AND CASE WHEN ${sync}::uuid IS NOT NULL THEN s.id = ${sync}::uuid
              ELSE s.number = b.head AND b.removed_at IS NULL AND r.removed_at IS NULL AND (${branch}::text IS NULL OR b.name = ${branch}::text) END
     AND (${repositories}::uuid[] IS NULL OR r.id = ANY (${repositories}::uuid[]))
     AND (${names}::text[] IS NULL OR r.name ILIKE ALL (${names}::text[]))
   ORDER BY r.id, b.name IS DISTINCT FROM r.default_branch, b.created_at, s.number DESC LIMIT 500`;
}

/** The parameters of `wantedSnapshotsSql`, in its order. */
export function wantedParameters({ syncId, repositoryIds, branch, names }: WantedSnapshots): unknown[] {
  return [
    syncId,
    repositoryIds === null ? null : [...repositoryIds],
    branch,
    names.length === 0 ? null : names.map((name) => `%${name.replaceAll(/[\\%_]/g, '\\$&')}%`),
  ];
}

/** The columns of `wantedSnapshotsSql`. */
interface SnapshotRow extends Record<string, unknown> {
  readonly id: string;
  readonly number: number;
  readonly commit_oid: string | null;
  readonly is_current: boolean;
  readonly repository_id: string;
  readonly repository_name: string;
}

/** Finds the snapshots to be searched, one for each repository; none where nothing of it is kept. */
export async function searchSnapshots(
  sql: Sql,
  projectId: string,
  wanted: WantedSnapshots,
): Promise<SearchedSnapshot[]> {
  const rows = await sql.query<SnapshotRow>(wantedSnapshotsSql(2), [projectId, ...wantedParameters(wanted)]);
  return rows.map((row) => ({
    branchId: row.id,
    number: row.number,
    commitOid: row.commit_oid,
    isCurrent: row.is_current,
    repositoryId: row.repository_id,
    repositoryName: row.repository_name,
  }));
}
