import { tenantReads, type Database, type Tenant, type TenantReads } from '@project-sync/db';

const TENANTS = 500;

/**
 * Shares one reader among all subscriptions of a tenant over sockets, since each is as heavy as a database client. Reads
 * in the same tick are batched; nothing is cached.
 */
export function shareReads(database: Database): (tenant: Tenant) => TenantReads {
  const shared = new Map<string, TenantReads>();
  return (tenant) => {
    const key = JSON.stringify([tenant.userId, tenant.projectId]);
    const reads = shared.get(key) ?? tenantReads(database, tenant);
    // The least recently used one is dropped first.
    shared.delete(key);
    shared.set(key, reads);
    if (shared.size > TENANTS) shared.delete(shared.keys().next().value ?? key);
    return reads;
  };
}
