import { SYNC_QUEUE } from '@project-sync/sync';
import type { Database } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { isWaitingSql } from '../syncs/status-sql.ts';

const pause = `UPDATE project SET syncs_paused_at = coalesce(syncs_paused_at, now()) WHERE id = $1 AND removed_at IS NULL`;
const resume = 'UPDATE project SET syncs_paused_at = NULL WHERE id = $1';
const waiting = `
  SELECT id FROM project_sync WHERE project_id = $1 AND ${isWaitingSql()} ORDER BY queued_at LIMIT 1`;

/** Pauses the syncs of a project, or lets the waiting ones run again: workers are woken at once. */
export function setSyncsPaused(
  database: Database,
  jobs: Pick<Jobs, 'send'>,
  { projectId, isPaused }: { readonly projectId: string; readonly isPaused: boolean },
): Promise<void> {
  return database.transaction(async (sql) => {
    await sql.execute(isPaused ? pause : resume, [projectId]);
    if (isPaused) return;
    const [next] = await sql.query<{ id: string }>(waiting, [projectId]);
    if (next !== undefined) await jobs.send(SYNC_QUEUE, { projectId, syncId: next.id }, { sql });
  });
}
