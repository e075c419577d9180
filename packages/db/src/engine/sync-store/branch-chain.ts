import {
  formatOf,
  SyncError,
  type BaseSnapshot,
  type FinalizedSnapshot,
  type SyncStore,
} from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import type { FencedWrites } from './fenced-writes.ts';

/** $2 repository, $3 branch. The branch's own head first, then that of the default branch, then the newest one. */
const base = `
  SELECT b.id AS branch_id, b.head AS number, b.rules_version, s.commit_oid, s.tree_oid, coalesce((s.stats ->> 'filesTotal')::int4, 0) AS files
    FROM branch b
    JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id
    JOIN project_sync s ON s.project_id = b.project_id AND s.branch_id = b.id AND s.number = b.head
   WHERE b.project_id = $1 AND b.repository_id = $2 AND b.head > 0 AND b.removed_at IS NULL
   ORDER BY (b.id = $3) DESC, (b.name = r.default_branch) DESC, s.finalized_at DESC
   LIMIT 1`;

/** $2 branch, $3 number, $4 commit, $5 whether the source was asked, $6 version of the stored rules */
const moveHead = `
  UPDATE branch
     SET head = $3, rules_version = $6, gone_at = CASE WHEN $5 THEN NULL ELSE gone_at END,
         source_head_oid = CASE WHEN $5 THEN $4 ELSE source_head_oid END,
         source_checked_at = CASE WHEN $5 THEN now() ELSE source_checked_at END
   WHERE project_id = $1 AND id = $2 AND head = $3 - 1`;

/**
 * $2 sync, $3 branch, $4 number, $5 commit, $6 tree, $7 message, $8 commit date, $9 stats, $10 warnings, $11 author. The
 * previous sync says about the commit what the source was not asked again: only if both have the same commit.
 */
const linkChain = `
  UPDATE project_sync s
     SET number = $4, commit_oid = $5, tree_oid = $6, commit_message = coalesce($7, k.commit_message),
         committed_at = coalesce($8, k.committed_at), commit_author = coalesce($11, k.commit_author), stats = $9::jsonb,
         warnings = $10::jsonb, finalized_at = now(), previous_sync_id = p.id
    FROM (SELECT 1) one LEFT JOIN project_sync p ON p.project_id = $1 AND p.branch_id = $3 AND p.number = $4 - 1
         LEFT JOIN project_sync k ON k.project_id = p.project_id AND k.id = p.id AND k.commit_oid = $5
   WHERE s.project_id = $1 AND s.id = $2`;

/** $2 sync */
const finalized = `
  SELECT s.number, s.commit_oid, s.tree_oid, s.committed_at, s.commit_message, s.commit_author,
         p.number AS previous_number, p.commit_oid AS previous_commit_oid, p.tree_oid AS previous_tree_oid
    FROM project_sync s
    LEFT JOIN project_sync p ON p.project_id = s.project_id AND p.id = s.previous_sync_id
   WHERE s.project_id = $1 AND s.id = $2 AND s.finalized_at IS NOT NULL`;

const markGone = `
  UPDATE branch SET gone_at = coalesce(gone_at, now()), source_head_oid = NULL, source_checked_at = now()
   WHERE project_id = $1 AND id = $2`;

interface BaseRow extends Record<string, unknown> {
  readonly branch_id: string;
  readonly number: number;
  readonly commit_oid: string;
  readonly tree_oid: string;
  readonly files: number;
  readonly rules_version: number;
}

interface FinalizedRow extends Record<string, unknown> {
  readonly number: number;
  readonly commit_oid: string;
  readonly tree_oid: string;
  readonly committed_at: Date | null;
  readonly commit_message: string | null;
  readonly commit_author: string | null;
  readonly previous_number: number | null;
  readonly previous_commit_oid: string;
  readonly previous_tree_oid: string;
}

/** Reads the snapshot that a sync of the branch starts from; undefined when the repository has none. */
export async function baseOf(
  sql: Sql,
  branch: { readonly projectId: string; readonly repositoryId: string; readonly branchId: string | null },
): Promise<BaseRow | undefined> {
  const [row] = await sql.query<BaseRow>(base, [branch.projectId, branch.repositoryId, branch.branchId]);
  return row;
}

/** The chain of finalized syncs of a sync's branch, and the branch's head. */
export class BranchChain {
  readonly #writes: FencedWrites;

  constructor(writes: FencedWrites) {
    this.#writes = writes;
  }

  async base(): Promise<BaseSnapshot | null> {
    const { database, sync } = this.#writes;
    const row = await baseOf(database.system, sync);
    if (row === undefined) return null;
    return {
      branchId: row.branch_id,
      number: row.number,
      commitOid: row.commit_oid,
      treeOid: row.tree_oid,
      own: row.branch_id === sync.branchId,
      files: row.files,
      rulesVersion: row.rules_version,
    };
  }

  readonly finalize: SyncStore['finalize'] = ({ head, stats, warnings }, note) => {
    const { projectId, id, branchId, number, restoredNumber, ignoreRules } = this.#writes.sync;
    return this.#writes.write(note, async (sql) => {
      const moved = await sql.execute(moveHead, [
        projectId,
        branchId,
        number,
        head.commitOid,
        restoredNumber === null,
        // The rows of an earlier snapshot were classified under the rules of their time, of which the first are none.
        restoredNumber === null || ignoreRules.version === 0 ? ignoreRules.version : -1,
      ]);
      if (moved !== 1) throw new SyncError('LEASE_LOST', 'Another sync has finalized the branch.');
      await sql.execute(linkChain, [
        projectId,
        id,
        branchId,
        number,
        head.commitOid,
        head.treeOid,
        head.message?.slice(0, 10_000).replaceAll('\0', '') ?? null,
        head.committedAt,
        JSON.stringify(stats),
        JSON.stringify(warnings),
        head.author,
      ]);
    });
  };

  async finalized(): Promise<FinalizedSnapshot> {
    const { database, sync } = this.#writes;
    const [row] = await database.system.query<FinalizedRow>(finalized, [sync.projectId, sync.id]);
    if (row === undefined) throw new SyncError('INTERNAL', 'The sync has no snapshot yet.');
    return {
      number: row.number,
      head: {
        commitOid: row.commit_oid,
        treeOid: row.tree_oid,
        format: formatOf(row.commit_oid),
        committedAt: row.committed_at,
        message: row.commit_message,
        author: row.commit_author,
      },
      previous:
        row.previous_number === null
          ? null
          : {
              number: row.previous_number,
              commitOid: row.previous_commit_oid,
              treeOid: row.previous_tree_oid,
            },
      restoredNumber: sync.restoredNumber,
    };
  }

  async markGone(): Promise<void> {
    const { projectId, branchId } = this.#writes.sync;
    await this.#writes.write(null, (sql) => sql.execute(markGone, [projectId, branchId]));
  }
}
