import { randomUUID } from 'node:crypto';
import type { Sql } from '../database/database.ts';

/** The project of entries that belong to no project, such as sign-ins. */
export const INSTANCE = '00000000-0000-0000-0000-000000000000';

/** The caller behind an action: the person, their key or session, and the address of the request. */
export interface AuditOrigin {
  readonly actorId: string | null;
  /** `key <id>` or `session <id>`; null for a webhook and for the command line. */
  readonly credential: string | null;
  readonly address: string | null;
}

/** The origin of an action that no caller asked for. */
export const noOrigin: AuditOrigin = { actorId: null, credential: null, address: null };

/** One action to record. */
export interface AuditedAction extends AuditOrigin {
  /** Null for an action on the instance. */
  readonly projectId: string | null;
  readonly action: string;
  /** The ID or the name of the object. */
  readonly subject: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

const insert = `
  INSERT INTO audit_log (project_id, id, actor_id, actor, action, subject, detail, credential, address)
  SELECT w.project_id, w.id, w.actor_id, u.email, w.action, w.subject, w.detail, w.credential, w.address
    FROM json_to_recordset($1::json) AS w (project_id uuid, id uuid, actor_id text, action text, subject text, detail jsonb, credential text, address text)
    LEFT JOIN "user" u ON u.id = w.actor_id`;

/** Adds one entry to the audit log. */
export function recordAudit(sql: Sql, audited: AuditedAction): Promise<void> {
  return recordAudits(sql, [audited]);
}

/** Adds several entries to the audit log by one statement. */
export async function recordAudits(sql: Sql, audited: readonly AuditedAction[]): Promise<void> {
  if (audited.length === 0) return;
  const rows = audited.map(({ projectId, actorId, action, subject, detail, credential, address }) => ({
    project_id: projectId ?? INSTANCE,
    id: randomUUID(),
    actor_id: actorId,
    action,
    subject,
    detail: detail ?? {},
    credential,
    address,
  }));
  await sql.execute(insert, [JSON.stringify(rows)]);
}
