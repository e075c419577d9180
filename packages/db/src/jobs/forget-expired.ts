import type { Database } from '../database/database.ts';
import { tidySyncs, type Tidied } from '../syncs/tidy-syncs.ts';

const deletions = [
  'DELETE FROM session WHERE expires_at < now()',
  'DELETE FROM verification WHERE expires_at < now()',
  // GitHub delivers again for three days at most.
  `DELETE FROM webhook_delivery WHERE received_at < now() - interval '30 days'`,
  `DELETE FROM outgoing_delivery WHERE status <> 'PENDING' AND created_at < now() - interval '14 days'`,
  `DELETE FROM mail_delivery WHERE created_at < now() - interval '14 days'`,
  `DELETE FROM push_delivery WHERE received_at < now() - interval '14 days'`,
  `DELETE FROM invitation WHERE coalesce(accepted_at, expires_at) < now() - interval '30 days'`,
] as const;

/** How many days entries of the audit log and uneventful syncs are kept; 0 keeps them for ever. */
export interface KeptDays {
  readonly audit: number;
  readonly syncs: number;
}

/** Deletes what has expired, and what is older than its kind is kept. The one place of retention in the database. */
export async function forgetExpired(database: Database, days: KeptDays): Promise<Tidied> {
  await Promise.all(deletions.map((text) => database.system.execute(text)));
  if (days.audit > 0)
    await database.transaction(async (sql) => {
      // The guard protects the log; it records this release.
      await sql.query(`SELECT project_sync_guard.release('public.audit_log', $1)`, [
        `older than ${days.audit} days`,
      ]);
      await sql.execute('DELETE FROM audit_log WHERE at < now() - make_interval(days => $1)', [
        Math.max(days.audit, 30),
      ]);
    });
  return days.syncs === 0 ? { syncs: 0, events: 0 } : tidySyncs(database, days.syncs);
}
