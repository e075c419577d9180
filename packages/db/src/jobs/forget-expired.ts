import type { Database } from '../database/database.ts';

const deletions = [
  'DELETE FROM session WHERE expires_at < now()',
  'DELETE FROM verification WHERE expires_at < now()',
  // GitHub delivers again for three days at most.
  `DELETE FROM webhook_delivery WHERE received_at < now() - interval '30 days'`,
  `DELETE FROM outgoing_delivery WHERE status <> 'PENDING' AND created_at < now() - interval '14 days'`,
  `DELETE FROM push_delivery WHERE received_at < now() - interval '14 days'`,
  `DELETE FROM invitation WHERE coalesce(accepted_at, expires_at) < now() - interval '30 days'`,
] as const;

/** Deletes what has expired, and entries of the audit log that are older than `auditDays`; 0 keeps them all. */
export async function forgetExpired(database: Database, auditDays: number): Promise<void> {
  await Promise.all(deletions.map((text) => database.system.execute(text)));
  if (auditDays === 0) return;
  await database.transaction(async (sql) => {
    // The guard protects the log; it records this release.
    await sql.query(`SELECT project_sync_guard.release('public.audit_log', $1)`, [
      `older than ${auditDays} days`,
    ]);
    await sql.execute('DELETE FROM audit_log WHERE at < now() - make_interval(days => $1)', [
      Math.max(auditDays, 30),
    ]);
  });
}
