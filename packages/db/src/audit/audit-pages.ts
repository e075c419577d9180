import type { Sql } from '../database/database.ts';

/** One entry of the audit log. */
export interface AuditEntry {
  readonly projectId: string;
  readonly id: string;
  readonly at: Date;
  readonly actorId: string | null;
  readonly actor: string | null;
  readonly action: string;
  readonly subject: string;
  readonly detail: unknown;
  readonly credential: string | null;
  readonly address: string | null;
}

/** The entries to list. Null is no limit. */
export interface AuditFilter {
  readonly projectId: string;
  readonly actions: readonly string[] | null;
  readonly actorId: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
}

/** A place in the list, newest first. */
export interface AuditPlace {
  readonly at: Date;
  readonly id: string;
}

const wanted = `
   WHERE project_id = $1 AND ($2::text[] IS NULL OR action = ANY ($2::text[])) AND ($3::text IS NULL OR actor_id = $3)
     AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)`;
const list = `
  SELECT project_id AS "projectId", id, at, actor_id AS "actorId", actor, action, subject, detail, credential, address
    FROM audit_log ${wanted} AND ($6::timestamptz IS NULL OR (at, id) < ($6, $7::uuid))
   ORDER BY at DESC, id DESC LIMIT $8`;
const count = `SELECT count(*)::int AS total FROM audit_log ${wanted}`;

const valuesOf = ({ projectId, actions, actorId, since, until }: AuditFilter): unknown[] => [
  projectId,
  actions,
  actorId,
  since,
  until,
];

/** Lists entries, newest first, from a place on. */
export function auditPage(
  sql: Sql,
  filter: AuditFilter,
  { after, limit }: { readonly after: AuditPlace | null; readonly limit: number },
): Promise<AuditEntry[]> {
  return sql.query<AuditEntry & Record<string, unknown>>(list, [
    ...valuesOf(filter),
    after?.at ?? null,
    after?.id ?? null,
    limit,
  ]);
}

/** Counts the entries of a filter. */
export async function countAudit(sql: Sql, filter: AuditFilter): Promise<number> {
  const [row] = await sql.query<{ total: number }>(count, valuesOf(filter));
  return row?.total ?? 0;
}
