import { holds, type ApiScope } from '../auth/api-key.ts';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { requireRole } from '../graphql/require-role.ts';
import { Project } from './project.ts';

type Role = Parameters<typeof requireRole>[2];

/** The rights of the caller: the role of the user, limited by the scopes of the key. */
const rights = {
  viewerCanSync: {
    scope: 'SYNC',
    role: 'EDITOR',
    description: 'Whether this caller may start, cancel and restore syncs of the project.',
  },
  viewerCanWrite: {
    scope: 'WRITE',
    role: 'EDITOR',
    description: 'Whether this caller may connect repositories and write notes and documents.',
  },
  viewerCanAdminister: {
    scope: 'ADMIN',
    role: 'OWNER',
    description: 'Whether this caller may manage members and remove repositories, branches and the project.',
  },
} as const satisfies Record<string, { scope: ApiScope; role: Role; description: string }>;

builder.prismaObjectFields(Project, (t) =>
  Object.fromEntries(
    Object.entries(rights).map(([name, { scope, role, description }]) => [
      name,
      t.boolean({
        description,
        select: { id: true },
        resolve: ({ id }, _args, context) => may(context, id, { scope, role }),
      }),
    ]),
  ),
);

async function may(
  context: ApiContext,
  projectId: string,
  { scope, role }: { readonly scope: ApiScope; readonly role: Role },
): Promise<boolean> {
  if (context.viewer === null || !holds(context.viewer.scopes, scope)) return false;
  return (await requireRole(context, projectId, role)) === null;
}
