import type { Database, Sql } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { noticeHeads } from '../webhooks/queue-deliveries.ts';
import { startAllIn } from './start-sync.ts';
import { isActiveSql } from './status-sql.ts';

/** A stored branch, as a look at its source compares it. */
interface LookedBranch {
  readonly id: string;
  readonly name: string;
  /** The commit that is stored of it. */
  readonly commitOid: string;
  /** Whether a sync is due although the branch may not have moved: an earlier one left work, or was long ago. */
  readonly isDue: boolean;
}

/** A repository whose turn it is to be looked at, with its stored branches. */
export interface RepositoryLook {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly branches: readonly LookedBranch[];
}

/** A branch that has not moved is synced once in this time, so that what a newer version reads anew is caught up. */
const RENEW_HOURS = 24;

/** Of a branch `b` and its newest snapshot `s`: what a look is about. */
const looked = `
  b.removed_at IS NULL AND b.gone_at IS NULL AND b.pinned_at IS NULL AND b.head > 0
  AND s.project_id = b.project_id AND s.branch_id = b.id AND s.number = b.head`;

// $1 seconds, for repositories that have no interval of their own, $2 limit. A turn comes after 0.8 to 1.2 times the interval, by the branch and its last turn: so branches that
// were once looked at together drift apart. Taking a turn is one statement, so several workers share the work.
const claim = `
  WITH turn AS (
    SELECT r.project_id, r.id
      FROM repository r JOIN project p ON p.id = r.project_id AND p.removed_at IS NULL
     CROSS JOIN LATERAL (SELECT coalesce(r.poll_minutes * 60, $1::float8) AS seconds) i
     WHERE r.removed_at IS NULL AND i.seconds > 0 AND EXISTS (
       SELECT FROM branch b, project_sync s
        WHERE b.project_id = r.project_id AND b.repository_id = r.id AND ${looked}
          AND coalesce(b.source_checked_at, s.finalized_at)
              < now() - make_interval(secs => i.seconds * (0.8 + 0.4 * (hashtext(b.id::text || coalesce(b.source_checked_at, s.finalized_at)::text) & 1023) / 1023)))
     ORDER BY r.project_id, r.id LIMIT $2
     FOR UPDATE OF r SKIP LOCKED
  )
  UPDATE branch b SET source_checked_at = now()
    FROM turn, project_sync s
   WHERE b.project_id = turn.project_id AND b.repository_id = turn.id AND ${looked}
  RETURNING b.project_id, b.repository_id, b.id, b.name, s.commit_oid,
            coalesce(s.completed_at, s.finalized_at) < now() - make_interval(hours => ${RENEW_HOURS})
            OR EXISTS (SELECT FROM jsonb_array_elements(s.warnings) w
                        WHERE w ->> 'code' LIKE '%\\_INCOMPLETE' AND w ->> 'code' <> 'EMBED_INCOMPLETE') AS is_due`;

interface ClaimedRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly repository_id: string;
  readonly id: string;
  readonly name: string;
  readonly commit_oid: string;
  readonly is_due: boolean;
}

/** Takes the repositories whose turn it is; no other worker gets them before the next turn. */
export async function claimLooks(
  { system }: Pick<Database, 'system'>,
  { seconds, limit }: { readonly seconds: number; readonly limit: number },
): Promise<RepositoryLook[]> {
  const rows = await system.query<ClaimedRow>(claim, [seconds, limit]);
  const byRepository = Map.groupBy(rows, ({ project_id, repository_id }) => `${project_id} ${repository_id}`);
  return [...byRepository.values()].flatMap((branches) => {
    const [first] = branches;
    if (first === undefined) return [];
    return {
      projectId: first.project_id,
      repositoryId: first.repository_id,
      branches: branches.map(({ id, name, commit_oid: commitOid, is_due: isDue }) => ({
        id,
        name,
        commitOid,
        isDue,
      })),
    };
  });
}

// A branch that was behind may be back at the stored commit, by a forced push.
const confirm = `
  UPDATE branch SET source_head_oid = t.oid
    FROM unnest($2::uuid[], $3::text[]) AS t (id, oid)
   WHERE branch.project_id = $1 AND branch.id = t.id AND branch.source_head_oid IS DISTINCT FROM t.oid`;
const idle = `
  SELECT id FROM branch b WHERE b.project_id = $1 AND b.id = ANY ($2::uuid[]) AND b.pinned_at IS NULL
     AND NOT EXISTS (SELECT FROM project_sync s WHERE s.project_id = b.project_id AND s.branch_id = b.id AND ${isActiveSql('s.status')})`;

/**
 * Stores what a look saw, and starts a sync of each branch that has moved, is missing or has one due. All of it is one
 * transaction: news of a branch that is behind and its sync come together. Returns the number of syncs that were started.
 */
export function settleLook(
  database: Database,
  jobs: Pick<Jobs, 'sendAll'>,
  { projectId, repositoryId, branches, heads, traceParent }: RepositoryLook & SeenHeads,
): Promise<number> {
  const moved = branches.filter(({ name, commitOid }) => heads.get(name) !== commitOid);
  const still = branches.filter(({ name, commitOid }) => heads.get(name) === commitOid);
  const wanted = [...moved, ...still.filter(({ isDue }) => isDue)];
  return database.transaction(async (sql) => {
    await sql.execute(confirm, [
      projectId,
      still.map(({ id }) => id),
      still.map(({ commitOid }) => commitOid),
    ]);
    const news = moved.flatMap(({ name }) => {
      const commitOid = heads.get(name);
      return commitOid === undefined ? [] : [{ projectId, repositoryId, branch: name, commitOid }];
    });
    await noticeHeads(sql, news);
    const names = await idleBranches(sql, projectId, wanted);
    const asked = {
      projectId,
      repositoryId,
      trigger: 'SCHEDULE',
      full: false,
      restoredFromId: null,
      requestedBy: null,
      traceParent,
    } as const;
    await startAllIn(
      sql,
      jobs,
      names.map((branch) => ({ ...asked, branch })),
    );
    return names.length;
  });
}

/** The commits that a look saw, by the branches' names. */
interface SeenHeads {
  readonly heads: ReadonlyMap<string, string>;
  readonly traceParent: string | null;
}

/** Returns the names of those that may be synced now: not pinned meanwhile, and without an active sync. */
async function idleBranches(
  sql: Sql,
  projectId: string,
  branches: readonly LookedBranch[],
): Promise<string[]> {
  if (branches.length === 0) return [];
  const rows = await sql.query<{ id: string }>(idle, [projectId, branches.map(({ id }) => id)]);
  const ids = new Set(rows.map(({ id }) => id));
  return branches.filter(({ id }) => ids.has(id)).map(({ name }) => name);
}
