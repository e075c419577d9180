import type { PatternsStart } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { sameFiles, sameFilesColumns } from '../analysis-store/snapshot-sql.ts';

/** The snapshot whose digests and patterns are taken over. */
export interface PatternsBase {
  readonly syncId: string;
  readonly branchId: string;
  readonly number: number;
  readonly isOwn: boolean;
  /** Whether other rules found its patterns: the digests stay, and every rule runs again. */
  readonly isOfOldRules: boolean;
  /** The rules of people that bound its imports, as a hash. */
  readonly declaredHash: string | null;
  /** Whether it is of another branch and lists the same files, so that all of them have the same links. */
  readonly hasSameFiles: boolean;
}

// $2 branch, $3 number, $4 version of digests and rules. A branch keeps the digests of its last snapshot with patterns alone.
const start = `
  SELECT own.patterns_at IS NOT NULL AND own.patterns_version = $4 AS done, base.id AS sync_id, base.branch_id, base.number, base.patterns_version, base.declared_hash,
         ${sameFiles} AS same_files
    FROM project_sync own
    LEFT JOIN LATERAL (
      SELECT s.id, s.branch_id, s.number, s.patterns_version, s.declared_hash, ${sameFilesColumns} FROM project_sync s
        JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id AND b.removed_at IS NULL
       WHERE s.project_id = $1 AND s.repository_id = own.repository_id AND s.patterns_at IS NOT NULL
         AND s.patterns_version / 1000 = $4 / 1000 AND (s.branch_id <> $2 OR s.number < $3)
         AND NOT EXISTS (SELECT FROM project_sync later
                          WHERE later.project_id = $1 AND later.branch_id = s.branch_id AND later.number > s.number
                            AND later.patterns_at IS NOT NULL)
       ORDER BY (s.branch_id = $2) DESC, s.patterns_at DESC
       LIMIT 1) base ON true
   WHERE own.project_id = $1 AND own.branch_id = $2 AND own.number = $3`;

/** Finds where the search for patterns starts. */
export async function patternsBase(
  sql: Sql,
  place: readonly [projectId: string, branchId: string, number: number],
  version: number,
): Promise<{ readonly start: PatternsStart; readonly base: PatternsBase | null }> {
  const [row] = await sql.query<{
    done: boolean | null;
    sync_id: string | null;
    branch_id: string | null;
    number: number | null;
    patterns_version: number | null;
    declared_hash: string | null;
    same_files: boolean;
  }>(start, [...place, version]);
  const base =
    row?.branch_id == null || row.number === null || row.sync_id === null
      ? null
      : {
          syncId: row.sync_id,
          branchId: row.branch_id,
          number: row.number,
          isOwn: row.branch_id === place[1],
          isOfOldRules: row.patterns_version !== version,
          declaredHash: row.declared_hash,
          hasSameFiles: row.branch_id !== place[1] && row.same_files,
        };
  const from = base === null ? 'NOTHING' : base.isOwn ? 'OWN' : 'OTHER';
  return { start: { isDone: row?.done === true, from, isOfOldRules: base?.isOfOldRules ?? true }, base };
}
