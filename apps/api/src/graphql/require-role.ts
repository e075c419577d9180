import type { ApiContext } from './context.ts';
import { projectIdOf } from './ids.ts';
import { failed, notFound, type Failure } from './mutation-result.ts';

type Role = 'VIEWER' | 'EDITOR' | 'OWNER';

const ranks: Record<Role, number> = { VIEWER: 0, EDITOR: 1, OWNER: 2 };

/** The failure to return unless the viewer has at least this role in the project; null if they do. */
export async function requireRole(
  { prisma, viewer }: Pick<ApiContext, 'prisma' | 'viewer'>,
  projectId: string,
  needed: Role,
): Promise<Failure | null> {
  if (viewer === null) return notFound('project');
  const member = await prisma.projectMember.findUnique({
    where: { projectId_userId: { projectId, userId: viewer.userId } },
  });
  if (member === null) return notFound('project');
  if (ranks[member.role] >= ranks[needed]) return null;
  return failed(
    'ForbiddenError',
    'ROLE_TOO_LOW',
    `This takes the role ${needed}, and yours is ${member.role}. Ask an owner.`,
  );
}

/** The project that a global ID names, if the viewer has at least this role in it; else the failure to return. */
export async function projectAs(
  needed: Role,
  globalId: string,
  context: Pick<ApiContext, 'prisma' | 'viewer'>,
): Promise<Failure | { readonly projectId: string }> {
  const projectId = projectIdOf(globalId);
  if (projectId === null) return notFound('project');
  return (await requireRole(context, projectId, needed)) ?? { projectId };
}
