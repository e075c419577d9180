import type { Database } from '../database/database.ts';

/** A branch whose turn it is. */
export interface BranchToPoll {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly name: string;
}

// A sync that failed counts as well: a source that is down is asked no more often than one that answers.
/** $1 the minutes of repositories that have none of their own; 0 for never */
const due = `
  SELECT b.project_id, b.repository_id, b.name
    FROM branch b
    JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id AND r.removed_at IS NULL
    JOIN project p ON p.id = b.project_id AND p.removed_at IS NULL
   WHERE b.head > 0 AND b.removed_at IS NULL AND b.gone_at IS NULL AND b.pinned_at IS NULL
     AND coalesce(r.poll_minutes, $1::int4) > 0
     AND NOT EXISTS (
       SELECT FROM project_sync s
        WHERE s.project_id = b.project_id AND s.branch_id = b.id
          AND s.queued_at > now() - make_interval(mins => coalesce(r.poll_minutes, $1::int4)))
   ORDER BY b.project_id, b.repository_id, b.name`;

/** The stored branches that have not been looked at for as long as their repository, or else the server, wants. */
export async function branchesToPoll({ system }: Database, minutes: number): Promise<BranchToPoll[]> {
  const rows = await system.query<{ project_id: string; repository_id: string; name: string }>(due, [
    minutes,
  ]);
  return rows.map((row) => ({ projectId: row.project_id, repositoryId: row.repository_id, name: row.name }));
}
