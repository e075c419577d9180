import { tenantReads } from '@project-sync/db';
import type { ApiContext, ApiServices, Viewer } from '../schema/context.ts';

/** What the resolvers of one request are given. Somebody unknown gets a tenant without a single project. */
export function contextOf(services: ApiServices, viewer: Viewer | null, request: Request): ApiContext {
  const tenant = { userId: viewer?.userId ?? '', projectId: viewer?.projectId ?? null };
  const reads = tenantReads(services.database, tenant);
  return {
    ...services,
    viewer,
    user: viewer === null ? null : { id: viewer.userId },
    tenant,
    reads,
    prisma: reads.prisma,
    sql: (work) => services.database.asTenant(tenant, work),
    request,
    follows: new Set(),
  };
}
