import type { Database, Tenant } from '@project-sync/db';
import { coalesce } from '../auth/coalesce.ts';

/** Checks whether a tenant may see what it wants to follow, under the tenant's own row-level security. */
export interface MayFollow {
  sync(tenant: Tenant, sync: { projectId: string; id: string }): Promise<boolean>;
  project(tenant: Tenant, projectId: string): Promise<boolean>;
}

interface Wanted {
  readonly tenant: Tenant;
  readonly projectId: string;
  /** Null for the project itself. */
  readonly syncId: string | null;
}

/** Shares one check among callers that subscribe to the same thing with the same key at the same time. */
export function mayFollow(database: Database): MayFollow {
  const waiting = new Map<string, Wanted>();
  const check = coalesce((key) => {
    const wanted = waiting.get(key);
    if (wanted === undefined) throw new Error('An access check has lost its question.');
    waiting.delete(key);
    return canSee(database, wanted);
  });
  const ask = (wanted: Wanted) => {
    const { tenant, projectId, syncId } = wanted;
    const key = JSON.stringify([tenant.userId, tenant.projectId, projectId, syncId]);
    waiting.set(key, wanted);
    return check(key);
  };
  return {
    sync: (tenant, { projectId, id }) => ask({ tenant, projectId, syncId: id }),
    project: (tenant, projectId) => ask({ tenant, projectId, syncId: null }),
  };
}

function canSee(database: Database, { tenant, projectId, syncId }: Wanted): Promise<boolean> {
  return database.asTenant(tenant, async ({ prisma }) => {
    const found =
      syncId === null
        ? await prisma.project.findUnique({ where: { id: projectId }, select: { id: true } })
        : await prisma.projectSync.findUnique({
            where: { projectId_id: { projectId, id: syncId } },
            select: { id: true },
          });
    return found !== null;
  });
}
