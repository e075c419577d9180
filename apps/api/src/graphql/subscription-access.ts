import type { Database, Tenant } from '@project-sync/db';
import { coalesce } from '../auth/coalesce.ts';

/** Whether a tenant may see what it wants to follow; asked by the tenant itself, under its own row-level security. */
export interface MayFollow {
  sync(tenant: Tenant, sync: { projectId: string; id: string }): Promise<boolean>;
  project(tenant: Tenant, projectId: string): Promise<boolean>;
}

/** Thousands who come at once with the same key are answered together. */
export function mayFollow(database: Database): MayFollow {
  const look = coalesce((asked) => {
    const { tenant, projectId, id } = JSON.parse(asked) as Asked;
    return database.asTenant(tenant, async ({ prisma }) => {
      const found =
        id === null
          ? await prisma.project.findUnique({ where: { id: projectId }, select: { id: true } })
          : await prisma.projectSync.findUnique({
              where: { projectId_id: { projectId, id } },
              select: { id: true },
            });
      return found !== null;
    });
  });
  const ask = (tenant: Tenant, projectId: string, id: string | null) =>
    look(
      JSON.stringify({
        tenant: { userId: tenant.userId, projectId: tenant.projectId },
        projectId,
        id,
      } satisfies Asked),
    );
  return {
    sync: (tenant, { projectId, id }) => ask(tenant, projectId, id),
    project: (tenant, projectId) => ask(tenant, projectId, null),
  };
}

interface Asked {
  readonly tenant: Tenant;
  readonly projectId: string;
  /** Null where the project itself is meant. */
  readonly id: string | null;
}
