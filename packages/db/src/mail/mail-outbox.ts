import type { Database } from '../database/database.ts';
import { DELIVERY_CHANNEL } from '../webhooks/queue-deliveries.ts';

/** A worker that claimed a mail and died leaves it to the others after this time, in seconds. */
const LEASE_SECONDS = 120;

/** A mail to send now. */
export interface DueMail {
  readonly projectId: string;
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
  readonly attempts: number;
  readonly address: string;
}

/** Why a mail was not taken, and whether another attempt may help; null where it was. */
export type MailAnswer = { readonly failure: string; readonly isFinal: boolean } | null;

// News of yesterday are none: what waits longer, as in a server that sends no mail, is forgotten. The choice and the access
// of the member are those of the moment of sending. A user without an address of the own has one below `.invalid`.
const wanted = `
       JOIN project_member m ON m.project_id = d.project_id AND m.user_id = d.user_id AND m.mail_notices <> 'NONE'
       JOIN "user" u ON u.id = m.user_id AND u.shut_out_at IS NULL AND u.email NOT LIKE '%.invalid'
       JOIN project p ON p.id = d.project_id AND p.removed_at IS NULL
      WHERE d.status = 'PENDING' AND d.created_at > now() - interval '1 day'`;

// $1 limit, $2 seconds
const claim = `
  WITH due AS (
    SELECT d.project_id, d.id, u.email FROM mail_delivery d ${wanted} AND d.due_at <= now()
     ORDER BY d.due_at, d.id LIMIT $1
     FOR UPDATE OF d SKIP LOCKED
  )
  UPDATE mail_delivery d
     SET attempts = d.attempts + 1, attempted_at = now(), due_at = now() + make_interval(secs => $2)
    FROM due WHERE d.project_id = due.project_id AND d.id = due.id
  RETURNING d.project_id, d.id, d.event, d.data, d.attempts, due.email`;

// $3 failure, $4 whether it is final, $5 waits, $6 most attempts
const settle = `
  UPDATE mail_delivery d
     SET failure = $3::text,
         status = CASE WHEN $3::text IS NULL THEN 'DELIVERED' WHEN $4::boolean OR d.attempts >= $6 THEN 'FAILED' ELSE 'PENDING' END::webhook_delivery_status,
         due_at = now() + make_interval(secs => ($5::float8[])[least(d.attempts, cardinality($5::float8[]))])
   WHERE d.project_id = $1 AND d.id = $2`;

const nextDue = `SELECT extract(epoch FROM min(d.due_at) - now())::float8 AS seconds FROM mail_delivery d ${wanted}`;

interface DueRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
  readonly attempts: number;
  readonly email: string;
}

/** When a mail that was not taken is sent again, and how often at most. */
interface MailRules {
  /** The waits after the first, second … failure; the last one counts from then on. */
  readonly waitSeconds: readonly number[];
  readonly mostAttempts: number;
}

/** The mails of all members, as a worker takes them. */
export interface MailOutbox {
  /** Takes mails that are due. A worker that does not settle them leaves them to others after two minutes. */
  claim(limit: number): Promise<DueMail[]>;
  settle(mail: DueMail, answer: MailAnswer): Promise<void>;
  /** The seconds until the next mail is due; null when none waits. */
  nextDue(): Promise<number | null>;
  /** Calls back when a mail was written. Returns a function that stops it. */
  onQueued(wake: () => void): Promise<() => Promise<void>>;
}

/** Opens the outbox. */
export function mailOutbox(database: Database, rules: MailRules): MailOutbox {
  const { system } = database;
  return {
    async claim(limit) {
      const rows = await system.query<DueRow>(claim, [limit, LEASE_SECONDS]);
      return rows.map(({ project_id: projectId, email: address, ...row }) => ({
        projectId,
        address,
        ...row,
      }));
    },
    async settle({ projectId, id }, answer) {
      const { failure, isFinal } = answer ?? { failure: null, isFinal: false };
      await system.execute(settle, [projectId, id, failure, isFinal, rules.waitSeconds, rules.mostAttempts]);
    },
    async nextDue() {
      const [row] = await system.query<{ seconds: number | null }>(nextDue);
      return row?.seconds == null ? null : Math.max(0, row.seconds);
    },
    onQueued: (wake) => database.listen(DELIVERY_CHANNEL, wake),
  };
}
