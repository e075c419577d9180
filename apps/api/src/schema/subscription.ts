import { projectActivity, syncEvents } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { apiError } from '../graphql/errors.ts';
import { projectIdOf, tenantId } from '../graphql/ids.ts';
import { ProjectSync, SyncProgress } from './sync.ts';

builder.subscriptionFields((t) => ({
  syncProgress: t.field({
    type: SyncProgress,
    authScopes: { scope: 'READ' },
    description:
      'The events of one sync from the one after `after` on: first those that have happened, then live ones, none lost and none twice, whichever server process answers and whichever one runs the sync. It completes when the sync ends.',
    args: {
      syncId: t.arg.id({ required: true, description: 'The sync.' }),
      after: t.arg.int({ required: false, defaultValue: 0, description: 'The last event that is known.' }),
    },
    subscribe: async (_root, { syncId, after }, { tenant, mayFollow, database, hints, signal, follows }) => {
      const key = tenantId(syncId, 'ProjectSync');
      if (key === null || !(await mayFollow.sync(tenant, key)))
        throw apiError('SYNC_NOT_FOUND', 'There is no such sync, or it is not yours to see.');
      follows.add(key.projectId);
      return syncEvents(database, hints, {
        projectId: key.projectId,
        syncId: key.id,
        after: after ?? 0,
        signal,
      });
    },
    resolve: (event) => event,
  }),
  projectActivity: t.field({
    type: ProjectSync,
    authScopes: { scope: 'READ' },
    description: 'Each sync of the project when it is queued, changes phase, and ends.',
    args: { projectId: t.arg.id({ required: true, description: 'The project.' }) },
    subscribe: async (_root, args, { tenant, mayFollow, database, hints, signal, follows }) => {
      const projectId = projectIdOf(args.projectId);
      if (projectId === null || !(await mayFollow.project(tenant, projectId)))
        throw apiError('PROJECT_NOT_FOUND', 'There is no such project, or it is not yours to see.');
      follows.add(projectId);
      return projectActivity(database, hints, { projectId, signal });
    },
    resolve: (event, _args, { prisma }) =>
      prisma.projectSync.findUniqueOrThrow({
        where: { projectId_id: { projectId: event.projectId, id: event.syncId } },
      }),
  }),
}));
