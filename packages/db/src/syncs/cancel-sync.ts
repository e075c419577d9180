import type { Database } from '../database/database.ts';
import { afterSql, beforeSql, isRunningSql, isWaitingSql } from './status-sql.ts';
import { SYNC_CHANNEL } from './sync-row.ts';

/** The channel that tells workers to stop a sync. */
export const CANCEL_CHANNEL = 'project_sync_cancel';

/**
 * The statement that cancels syncs at once. It raises the fence, which stops a worker: its next write finds no row.
 * Parameters: $1 project, $2 an id for `which`, $3 the message of the event.
 */
export const cancelStatement = (which: string): string => `
  WITH ended AS (
    UPDATE project_sync
       SET status = ${afterSql('cancel')}, fence = fence + 1, lease_until = NULL, completed_at = now(),
           cancel_requested_at = coalesce(cancel_requested_at, now()), last_sequence = last_sequence + 1
     WHERE project_id = $1 AND ${beforeSql('cancel')} AND ${which}
    RETURNING id, last_sequence, status, phase, progress, stats
  ), logged AS (
    INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats)
    SELECT $1, id, last_sequence, status, phase, progress, $3, stats FROM ended
    RETURNING sync_id
  )
  SELECT pg_notify('${SYNC_CHANNEL}', $1::text || ' ' || sync_id::text), pg_notify('${CANCEL_CHANNEL}', sync_id::text) FROM logged`;

const cancelWaiting = cancelStatement(`id = $2::uuid AND ${isWaitingSql()}`);
const requestCancel = `
  WITH asked AS (
    UPDATE project_sync SET cancel_requested_at = coalesce(cancel_requested_at, now())
     WHERE project_id = $1 AND id = $2 AND ${isRunningSql()}
    RETURNING id
  )
  SELECT pg_notify('${CANCEL_CHANNEL}', id::text) FROM asked`;

/**
 * Cancels a sync. One that waits ends here, and one that runs is ended by its worker, which needs a moment. Returns null
 * when the sync had already ended.
 */
export function cancelSync(
  database: Database,
  projectId: string,
  syncId: string,
): Promise<'ended' | 'asked' | null> {
  return database.transaction(async (sql) => {
    const message = 'Cancelled before it began';
    if ((await sql.execute(cancelWaiting, [projectId, syncId, message])) > 0) return 'ended';
    return (await sql.execute(requestCancel, [projectId, syncId])) > 0 ? 'asked' : null;
  });
}
