import { builder } from '../graphql/builder.ts';

export const ProjectRole = builder.enumType('ProjectRole', {
  description: 'The role of a member in a project, which decides what the member may do there.',
  values: {
    OWNER: { description: 'May read, sync, change and remove everything, and manage members.' },
    EDITOR: { description: 'May read everything, start syncs, connect repositories and write texts.' },
    VIEWER: { description: 'May read everything, and change nothing.' },
  },
});
