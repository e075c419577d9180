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
  VALUES ($1, $2, $3, (SELECT email FROM "user" WHERE id = $3), $4, $5, $6::jsonb, $7, $8)`;

/** Adds one entry to the audit log. */
export async function recordAudit(sql: Sql, audited: AuditedAction): Promise<void> {
  const { projectId, actorId, action, subject, detail = {}, credential, address } = audited;
  await sql.execute(insert, [
    projectId ?? INSTANCE,
    randomUUID(),
    actorId,
    action,
    subject,
    JSON.stringify(detail),
    credential,
    address,
  ]);
}
