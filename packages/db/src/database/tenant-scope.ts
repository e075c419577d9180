import { sqlOver, type Connection } from './connection.ts';
import type { PrismaTransaction, Tenant, TenantScope } from './database.ts';

/** A tenant's statement may take this long. Beyond it one question would hold a connection that all others need. */
const STATEMENT_MS = '30000';

/** A new transaction, as Prisma and as SQL. */
export interface NewTransaction {
  readonly connection: Connection;
  readonly prisma: PrismaTransaction;
  /** Expressions that set more for this transaction. */
  readonly settings?: string;
}

/** Limits a new transaction to a tenant: sets the role that owns no table, and the caller. */
export async function enterTenant(
  { connection, prisma, settings }: NewTransaction,
  tenant: Tenant,
): Promise<TenantScope> {
  const sql = sqlOver(connection);
  const more = settings === undefined ? '' : `${settings}, `;
  // The settings come before the role in the one statement that sets them all.
  await connection.enter(
    `SELECT ${more}set_config('app.user_id', $1, true), set_config('app.project_id', $2, true), set_config('statement_timeout', $3, true), set_config('role', 'project_sync_app', true)`,
    [tenant.userId, tenant.projectId ?? '', STATEMENT_MS],
  );
  return { ...sql, prisma };
}
