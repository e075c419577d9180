import { sqlOver, type Connection } from './connection.ts';
import type { PrismaTransaction, Tenant, TenantScope } from './database.ts';

/** Limits a new transaction to a tenant: sets the role that owns no table, and the caller. */
export async function enterTenant(
  connection: Connection,
  prisma: PrismaTransaction,
  tenant: Tenant,
): Promise<TenantScope> {
  const sql = sqlOver(connection);
  // The settings come before the role in the one statement that sets all three.
  await sql.query(
    `SELECT set_config('app.user_id', $1, true), set_config('app.project_id', $2, true), set_config('role', 'project_sync_app', true)`,
    [tenant.userId, tenant.projectId ?? ''],
  );
  return { ...sql, prisma };
}
