import { tenantPrisma } from '@project-sync/db';
import type { ApiContext, ApiServices, Viewer } from '../schema/context.ts';

/** What the resolvers of one request are given. Somebody unknown gets a tenant without a single project. */
export function contextOf(services: ApiServices, viewer: Viewer | null, request: Request): ApiContext {
  const tenant = { userId: viewer?.userId ?? '', projectId: viewer?.projectId ?? null };
  return {
    ...services,
    viewer,
    user: viewer === null ? null : { id: viewer.userId },
    tenant,
    prisma: tenantPrisma(services.database, tenant),
    sql: (work) => services.database.asTenant(tenant, work),
    request,
  };
}
