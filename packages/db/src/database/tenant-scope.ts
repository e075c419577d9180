import { sqlOver, type Connection } from './connection.ts';
import type { PrismaTransaction, Tenant, TenantScope } from './database.ts';

/** Turns a fresh transaction into a tenant's: the role that owns nothing, and who it asks for. */
export async function enterTenant(
  connection: Connection,
  prisma: PrismaTransaction,
  tenant: Tenant,
): Promise<TenantScope> {
  const sql = sqlOver(connection);
  // One statement: the settings first, because the role may not change them for others but may for itself.
  await sql.query(
    `SELECT set_config('app.user_id', $1, true), set_config('app.project_id', $2, true), set_config('role', 'project_sync_app', true)`,
    [tenant.userId, tenant.projectId ?? ''],
  );
  return { ...sql, prisma };
}
