import { formatOf, SyncError, type Head, type RestoredCounts } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { sumEntries } from './entry-counts.ts';
import type { FencedWrites } from './fenced-writes.ts';

/** $2 branch, $3 the number to restore, $4 the new number */
const restore = `
  WITH target AS (
    SELECT * FROM repository_file
     WHERE project_id = $1 AND branch_id = $2 AND added <= $3 AND (superseded IS NULL OR superseded > $3)
  ), ended AS (
    UPDATE repository_file c SET superseded = $4
     WHERE c.project_id = $1 AND c.branch_id = $2 AND c.superseded IS NULL AND c.added < $4
       AND NOT EXISTS (SELECT FROM target t WHERE sha256(t.path) = sha256(c.path) AND t.oid = c.oid AND t.mode = c.mode
                          AND t.dialect = c.dialect)
    RETURNING c.path, c.oid, c.mode
  ), wanted AS (
    SELECT t.* FROM target t
     WHERE NOT EXISTS (SELECT FROM repository_file c WHERE c.project_id = $1 AND c.branch_id = $2 AND c.superseded IS NULL
                          AND sha256(c.path) = sha256(t.path) AND c.oid = t.oid AND c.mode = t.mode AND c.dialect = t.dialect)
  ), restored AS (
    INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, language, ignored, added)
    SELECT project_id, branch_id, path, mode, oid, dialect, language, ignored, $4 FROM wanted
     WHERE (SELECT count(*) FROM ended) >= 0
    RETURNING path, oid, mode
  )
  SELECT (SELECT count(*) FROM restored b WHERE NOT EXISTS (SELECT FROM ended e WHERE e.path = b.path)) AS added,
         (SELECT count(*) FROM restored b JOIN ended e USING (path) WHERE (e.oid, e.mode) IS DISTINCT FROM (b.oid, b.mode)) AS modified,
         (SELECT count(*) FROM ended e WHERE NOT EXISTS (SELECT FROM restored b WHERE b.path = e.path)) AS removed`;

const restoredSync = `
  SELECT commit_oid, tree_oid, committed_at, commit_message, commit_author, coalesce((stats ->> 'filesTotal')::int4, 0) AS files
    FROM project_sync WHERE project_id = $1 AND branch_id = $2 AND number = $3`;

const rowsWith = (mark: string) =>
  `SELECT oid, dialect FROM repository_file WHERE project_id = $1 AND branch_id = $2 AND ${mark} = $3`;
/** $2 branch, $3 number: the entries of the rows that the restore added and superseded */
const countEntries = `
  SELECT (${sumEntries(rowsWith('added'))}) AS created, (${sumEntries(rowsWith('superseded'))}) AS superseded`;

/** Marks the rows of the branch so that it is at snapshot `target` again. */
export function restoreRows(writes: FencedWrites, target: number): Promise<RestoredCounts> {
  const { projectId, branchId, number } = writes.sync;
  return writes.write(null, async (sql) => {
    const [counts] = await sql.query<{ added: bigint; modified: bigint; removed: bigint }>(restore, [
      projectId,
      branchId,
      target,
      number,
    ]);
    const { head, files } = await headOf(sql, [projectId, branchId, target]);
    const [entries] = await sql.query<{ created: bigint; superseded: bigint }>(countEntries, [
      projectId,
      branchId,
      number,
    ]);
    return {
      entriesCreated: Number(entries?.created ?? 0n),
      entriesSuperseded: Number(entries?.superseded ?? 0n),
      filesAdded: Number(counts?.added ?? 0n),
      filesModified: Number(counts?.modified ?? 0n),
      filesRemoved: Number(counts?.removed ?? 0n),
      filesTotal: files,
      head,
    };
  });
}

async function headOf(sql: Sql, params: readonly unknown[]): Promise<{ head: Head; files: number }> {
  const [row] = await sql.query<{
    commit_oid: string;
    tree_oid: string;
    committed_at: Date | null;
    commit_message: string | null;
    commit_author: string | null;
    files: number;
  }>(restoredSync, params);
  if (row === undefined) throw new SyncError('INTERNAL', 'The snapshot to restore does not exist.');
  const head = {
    commitOid: row.commit_oid,
    treeOid: row.tree_oid,
    format: formatOf(row.commit_oid),
    committedAt: row.committed_at,
    message: row.commit_message,
    author: row.commit_author,
  };
  return { head, files: row.files };
}
