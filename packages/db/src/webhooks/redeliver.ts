import { randomUUID } from 'node:crypto';
import type { Sql } from '../database/database.ts';
import { DELIVERY_CHANNEL } from './queue-deliveries.ts';

const repeat = `
  WITH queued AS (
    INSERT INTO outgoing_delivery (project_id, id, webhook_id, event, data, repeats)
    SELECT d.project_id, $3::uuid, d.webhook_id, d.event, d.data, coalesce(d.repeats, d.id)
      FROM outgoing_delivery d JOIN webhook w ON w.project_id = d.project_id AND w.id = d.webhook_id AND w.off_at IS NULL
     WHERE d.project_id = $1 AND d.id = $2::uuid
    RETURNING id
  )
  SELECT id, pg_notify('${DELIVERY_CHANNEL}', '') FROM queued`;

/** Sends a delivery again, as a new one under the same public ID. Null where its webhook is turned off or removed. */
export async function redeliver(
  sql: Sql,
  { projectId, id }: { readonly projectId: string; readonly id: string },
): Promise<string | null> {
  const [row] = await sql.query<{ id: string }>(repeat, [projectId, id, randomUUID()]);
  return row?.id ?? null;
}

const end = `
  UPDATE outgoing_delivery SET status = 'FAILED', failure = 'The webhook was turned off.'
   WHERE project_id = $1 AND webhook_id = $2 AND status = 'PENDING'`;

/** Gives up what still waits for a webhook that was turned off. */
export async function endDeliveries(
  sql: Sql,
  { projectId, id }: { readonly projectId: string; readonly id: string },
): Promise<void> {
  await sql.execute(end, [projectId, id]);
}
