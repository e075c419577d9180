import { tenantReads, type Database, type Tenant, type TenantReads } from '@project-sync/db';

const TENANTS = 500;

/**
 * One way to read for all that a tenant follows over sockets: each weighs as much as a database client. What two of them
 * ask in one turn is read together; there is no memory in it of what was read before.
 */
export function shareReads(database: Database): (tenant: Tenant) => TenantReads {
  const shared = new Map<string, TenantReads>();
  return (tenant) => {
    const key = JSON.stringify([tenant.userId, tenant.projectId]);
    const reads = shared.get(key) ?? tenantReads(database, tenant);
    // The one that was used longest ago leaves first.
    shared.delete(key);
    shared.set(key, reads);
    if (shared.size > TENANTS) shared.delete(shared.keys().next().value ?? key);
    return reads;
  };
}
