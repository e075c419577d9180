import { statusAfter, type Claim, type Ending } from '@project-sync/sync';
import type { Database } from '../database/database.ts';
import { sweepMarks } from '../engine/sync-store/sweep-marks.ts';
import { queueSyncDeliveries } from '../webhooks/queue-deliveries.ts';
import { afterSql, beforeSql } from './status-sql.ts';
import { SYNC_CHANNEL } from './sync-row.ts';

const endStatement = (happening: Ending['happening']) => `
  WITH ended AS (
    UPDATE project_sync
       SET status = $4::sync_status, progress = CASE WHEN $4::sync_status = ${afterSql('complete')} THEN 1 ELSE progress END,
           stats = $5::jsonb, warnings = $6::jsonb, failure_code = $7, failure_message = $8, failure_retryable = $9,
           completed_at = now(), lease_until = NULL, last_sequence = last_sequence + 1
     WHERE project_id = $1 AND id = $2 AND fence = $3 AND ${beforeSql(happening)}
    RETURNING last_sequence, status, phase, progress, stats
  ), logged AS (
    INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats)
    SELECT $1, $2, last_sequence, status, phase, progress, $10, stats FROM ended
    RETURNING sequence
  )
  SELECT pg_notify('${SYNC_CHANNEL}', $1::text || ' ' || $2::text) FROM logged`;
const statements: Record<Ending['happening'], string> = {
  complete: endStatement('complete'),
  fail: endStatement('fail'),
  cancel: endStatement('cancel'),
};

/** Writes the one terminal event. A sync that was not finalized leaves no mark. False when the claim is not valid. */
export async function endSync(database: Database, { sync, fence }: Claim, ending: Ending): Promise<boolean> {
  return database.transaction(async (sql) => {
    const ended = await sql.execute(statements[ending.happening], [
      sync.projectId,
      sync.id,
      fence,
      statusAfter(ending.happening),
      JSON.stringify(ending.stats),
      JSON.stringify(ending.warnings),
      ending.failure?.code ?? null,
      ending.failure?.message ?? null,
      ending.failure?.retryable ?? null,
      ending.message,
    ]);
    if (ended === 0) return false;
    const [branch] = await sql.query<{ head: number }>(
      'SELECT head FROM branch WHERE project_id = $1 AND id = $2',
      [sync.projectId, sync.branchId],
    );
    if (branch?.head === sync.number - 1) await sweepMarks(sql, sync);
    await queueSyncDeliveries(sql, sync);
    return true;
  });
}
