import { rightsOf } from '@project-sync/db';
import type { ApiContext } from './context.ts';
import { failed, type Failure } from './mutation-result.ts';

/** The most projects that one user may own. */
const MOST_PROJECTS = 200;

/** The failure to return unless the viewer may create one more project; null if they may. */
export async function requireCreation({
  database,
  viewer,
}: Pick<ApiContext, 'database' | 'viewer'>): Promise<Failure | null> {
  if (viewer === null || viewer.projectId !== null)
    return failed(
      'ForbiddenError',
      'KEY_BOUND_TO_PROJECT',
      'This key is bound to one project and makes no other. Use one for all projects.',
    );
  const { userId } = viewer;
  if (!(await rightsOf(database, userId)).mayCreateProjects)
    return failed(
      'ForbiddenError',
      'PROJECT_CREATION_NOT_ALLOWED',
      'You may not create projects on this server. Ask an operator for the right.',
    );
  const owned = await database.prisma.projectMember.count({
    where: { userId, role: 'OWNER', project: { removedAt: null } },
  });
  return owned < MOST_PROJECTS
    ? null
    : failed(
        'ForbiddenError',
        'TOO_MANY_PROJECTS',
        `You own ${owned} projects, the most that one user may. Remove one first.`,
      );
}
