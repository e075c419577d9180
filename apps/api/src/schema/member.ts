import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import { ProjectRole } from './project-role.ts';

export const ProjectMember = builder.prismaObject('ProjectMember', {
  description: 'A user with a role in a project.',
  select: { projectId: true, userId: true },
  fields: (t) => ({
    id: t.id({
      description: rowIdText,
      resolve: ({ projectId, userId }) => rowId('ProjectMember', projectId, userId),
    }),
    user: t.relation('user', { description: 'The user who is a member.' }),
    role: t.expose('role', { type: ProjectRole, description: 'The role of the member in the project.' }),
    since: t.expose('createdAt', { type: 'DateTime', description: 'The time the user joined the project.' }),
  }),
});
