import type { Database } from '../database/database.ts';
import { DELIVERY_CHANNEL } from './queue-deliveries.ts';

/** A worker that claimed a delivery and died leaves it to the others after this time, in seconds. */
const LEASE_SECONDS = 60;

/** A delivery to send now. */
export interface DueDelivery {
  readonly projectId: string;
  readonly id: string;
  readonly webhookId: string;
  readonly event: string;
  readonly data: unknown;
  readonly createdAt: Date;
  /** The ID that receivers see: that of the first delivery, where this one repeats it. */
  readonly publicId: string;
  readonly attempts: number;
  readonly url: string;
  readonly secretCipher: Uint8Array;
}

/** The answer to a call. */
export interface DeliveryAnswer {
  readonly durationMs: number;
  /** Null where there was none. */
  readonly status: number | null;
  readonly head: string | null;
  /** Null where the receiver took it. */
  readonly failure: string | null;
}

/** When a failed delivery is sent again, and when its webhook is turned off. */
export interface RetryRules {
  /** The waits after the first, second … failure; the last one counts from then on. */
  readonly waitSeconds: readonly number[];
  /** The most attempts of one delivery. */
  readonly mostAttempts: number;
  /** A webhook that failed so often in a row, counted once a wait, is turned off. */
  readonly mostFailures: number;
}

// $1 limit, $2 seconds. The rows of a webhook that pauses wait, so that one dead receiver does not hold up the others.
const claim = `
  WITH due AS (
    SELECT d.project_id, d.id, w.url, w.secret_cipher
      FROM outgoing_delivery d
      JOIN webhook w ON w.project_id = d.project_id AND w.id = d.webhook_id AND w.off_at IS NULL
       AND (w.paused_until IS NULL OR w.paused_until <= now())
      JOIN project p ON p.id = d.project_id AND p.removed_at IS NULL
     WHERE d.status = 'PENDING' AND d.due_at <= now()
     ORDER BY d.due_at, d.id LIMIT $1
     FOR UPDATE OF d SKIP LOCKED
  )
  UPDATE outgoing_delivery d
     SET attempts = d.attempts + 1, attempted_at = now(), due_at = now() + make_interval(secs => $2)
    FROM due WHERE d.project_id = due.project_id AND d.id = due.id
  RETURNING d.project_id, d.id, d.webhook_id, d.event, d.data, d.created_at, coalesce(d.repeats, d.id) AS public_id,
            d.attempts, due.url, due.secret_cipher`;

// $3 webhook, $4 status of the answer, $5 head, $6 milliseconds
const delivered = `
  WITH well AS (
    UPDATE webhook SET failures = 0, paused_until = NULL WHERE project_id = $1 AND id = $3 AND failures > 0
  )
  UPDATE outgoing_delivery SET status = 'DELIVERED', response_status = $4, response_head = $5, duration_ms = $6, failure = NULL
   WHERE project_id = $1 AND id = $2`;

// $7 failure, $8 waits, $9 most attempts, $10 most failures. Calls that fail in one pause count as one failure.
const failed = `
  WITH before AS (
    SELECT id, failures + CASE WHEN paused_until > now() THEN 0 ELSE 1 END AS failures,
           CASE WHEN paused_until > now() THEN paused_until
                ELSE now() + make_interval(secs => ($8::float8[])[least(failures + 1, cardinality($8::float8[]))]) END AS paused_until
      FROM webhook WHERE project_id = $1 AND id = $3 FOR UPDATE
  ), hook AS (
    UPDATE webhook w
       SET failures = b.failures, paused_until = b.paused_until,
           off_at = CASE WHEN b.failures >= $10 THEN coalesce(w.off_at, now()) ELSE w.off_at END,
           off_reason = CASE WHEN b.failures >= $10 AND w.off_at IS NULL THEN 'It failed ' || b.failures || ' times in a row. ' || $7 ELSE w.off_reason END
      FROM before b WHERE w.project_id = $1 AND w.id = b.id
    RETURNING w.off_at
  ), given_up AS (
    UPDATE outgoing_delivery d SET status = 'FAILED', failure = 'The webhook was turned off.'
      FROM hook WHERE hook.off_at IS NOT NULL AND d.project_id = $1 AND d.webhook_id = $3 AND d.status = 'PENDING' AND d.id <> $2
  )
  UPDATE outgoing_delivery d
     SET response_status = $4, response_head = $5, duration_ms = $6, failure = $7,
         status = CASE WHEN d.attempts >= $9 OR hook.off_at IS NOT NULL THEN 'FAILED' ELSE 'PENDING' END::webhook_delivery_status,
         due_at = now() + make_interval(secs => ($8::float8[])[least(d.attempts, cardinality($8::float8[]))])
    FROM hook WHERE d.project_id = $1 AND d.id = $2`;

// `greatest(0, …)` around it would make an empty outbox due now: it passes over NULL.
const nextDue = `
  SELECT extract(epoch FROM min(greatest(d.due_at, coalesce(w.paused_until, d.due_at))) - now())::float8 AS seconds
    FROM outgoing_delivery d JOIN webhook w ON w.project_id = d.project_id AND w.id = d.webhook_id
    JOIN project p ON p.id = d.project_id AND p.removed_at IS NULL
   WHERE d.status = 'PENDING' AND w.off_at IS NULL`;

interface DueRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly webhook_id: string;
  readonly event: string;
  readonly data: unknown;
  readonly created_at: Date;
  readonly public_id: string;
  readonly attempts: number;
  readonly url: string;
  readonly secret_cipher: Uint8Array;
}

/** The deliveries of all webhooks, as a worker takes them. */
export interface WebhookOutbox {
  /** Takes deliveries that are due. A worker that does not settle them leaves them to others after a minute. */
  claim(limit: number): Promise<DueDelivery[]>;
  settle(delivery: DueDelivery, answer: DeliveryAnswer): Promise<void>;
  /** The seconds until the next delivery is due; null when none waits. */
  nextDue(): Promise<number | null>;
  /** Calls back when a delivery was written. Returns a function that stops it. */
  onQueued(wake: () => void): Promise<() => Promise<void>>;
}

/** Opens the outbox. */
export function webhookOutbox(database: Database, rules: RetryRules): WebhookOutbox {
  const { system } = database;
  return {
    async claim(limit) {
      const rows = await system.query<DueRow>(claim, [limit, LEASE_SECONDS]);
      return rows.map((row) => ({
        projectId: row.project_id,
        id: row.id,
        webhookId: row.webhook_id,
        event: row.event,
        data: row.data,
        createdAt: row.created_at,
        publicId: row.public_id,
        attempts: row.attempts,
        url: row.url,
        secretCipher: row.secret_cipher,
      }));
    },
    async settle({ projectId, id, webhookId }, { status, head, durationMs, failure }) {
      const answer = [projectId, id, webhookId, status, head, durationMs];
      if (failure === null) await system.execute(delivered, answer);
      else
        await system.execute(failed, [
          ...answer,
          failure,
          rules.waitSeconds,
          rules.mostAttempts,
          rules.mostFailures,
        ]);
    },
    async nextDue() {
      const [row] = await system.query<{ seconds: number | null }>(nextDue);
      return row?.seconds == null ? null : Math.max(0, row.seconds);
    },
    onQueued: (wake) => database.listen(DELIVERY_CHANNEL, wake),
  };
}
