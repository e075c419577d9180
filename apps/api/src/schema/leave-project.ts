import { announceRevoked, endProjectRights, removeMember } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { failed, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs } from '../graphql/require-role.ts';

interface Left {
  readonly projectId: string;
}

const LeaveProjectInput = builder.inputType('LeaveProjectInput', {
  description: 'The project to leave.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to leave.' }),
  }),
});

builder.mutationField('leaveProject', (t) =>
  t.field({
    type: mutationResult<Left>('LeaveProject', {
      description: 'The viewer is no longer a member of the project.',
      fields: (success) => ({
        projectId: success.globalID({
          description: 'The ID of the project that was left.',
          resolve: ({ projectId: id }) => ({ id, type: 'Project' }),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      "Ends the viewer's own membership, whatever their role. Their keys that are bound to the project end with it. The last owner cannot leave. Needs the scope ADMIN.",
    args: { input: t.arg({ type: LeaveProjectInput, required: true, description: 'The project to leave.' }) },
    resolve: (_root, { input }, context) => leave(input.projectId, context),
  }),
);

async function leave(globalId: string, context: ApiContext): Promise<Failure | Left> {
  const project = await projectAs('VIEWER', globalId, context);
  if ('failure' in project) return project;
  const { viewer, database } = context;
  if (viewer === null) return notFound('project');
  const member = { projectId: project.projectId, userId: viewer.userId };
  if (!(await context.sql((sql) => removeMember(sql, member))))
    return failed('ConflictError', 'LAST_OWNER', 'A project needs an owner. Make another member one first.');
  await endProjectRights(database, { ...member, isMember: false });
  await announceRevoked(database, viewer.userId);
  return { projectId: member.projectId };
}
