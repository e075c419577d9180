import { setSyncsPaused } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { projectAs } from '../graphql/require-role.ts';
import { Project } from './project.ts';
import { projectResult } from './project-mutations.ts';

builder.prismaObjectField(Project, 'syncsPausedAt', (t) =>
  t.expose('syncsPausedAt', {
    type: 'DateTime',
    nullable: true,
    description:
      'The time since which waiting syncs stay in the queue; null while they run. Syncs that ran then went on to their end.',
  }),
);

const SetSyncsPausedInput = builder.inputType('SetSyncsPausedInput', {
  description: 'The project whose syncs to pause, or to run again.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project.' }),
    isPaused: t.boolean({
      required: true,
      description: 'True pauses its waiting syncs, false runs them.',
    }),
  }),
});

builder.mutationField('setSyncsPaused', (t) =>
  t.field({
    type: projectResult(
      'SetSyncsPaused',
      'The waiting syncs of the project are paused, or run again.',
      'The project whose queue was paused or resumed.',
    ),
    authScopes: { scope: 'SYNC' },
    description:
      'Pauses the syncs of a project, or runs those that wait. Syncs can still be asked for meanwhile, and wait. Needs the scope SYNC and the role EDITOR.',
    args: {
      input: t.arg({
        type: SetSyncsPausedInput,
        required: true,
        description: 'The project, and which it is.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const project = await projectAs('EDITOR', input.projectId, context);
      if ('failure' in project) return project;
      await setSyncsPaused(context.database, context.jobs, { ...project, isPaused: input.isPaused });
      return project;
    },
  }),
);
