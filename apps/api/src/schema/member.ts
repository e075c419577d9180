import { builder } from '../graphql/builder.ts';
import { ProjectRole } from './project-role.ts';

export const ProjectMember = builder.prismaObject('ProjectMember', {
  description: 'A user with a role in a project.',
  fields: (t) => ({
    user: t.relation('user', { description: 'The user who is a member.' }),
    role: t.expose('role', { type: ProjectRole, description: 'The role of the member in the project.' }),
    since: t.expose('createdAt', { type: 'DateTime', description: 'The time the user joined the project.' }),
  }),
});
