import { projectActivity, syncEvents } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { projectIdOf, tenantId } from '../graphql/ids.ts';
import { ProjectSync } from './sync.ts';
import { SyncProgress } from './sync-progress.ts';

builder.subscriptionFields((t) => ({
  syncProgress: t.field({
    type: SyncProgress,
    authScopes: { scope: 'READ' },
    description:
      'The events of one sync, starting after the event number `after`: first the stored ones, then live ones, each exactly once, whichever process runs the sync. Completes when the sync ends. Needs the scope READ.',
    args: {
      syncId: t.arg.id({ required: true, description: 'The ID of the sync to follow.' }),
      after: t.arg.int({
        required: false,
        defaultValue: 0,
        description: 'The number of the last event the client has; 0 for all events.',
      }),
    },
    subscribe: (_root, { syncId, after }, context) => followSync(syncId, after ?? 0, context),
    resolve: (event) => event,
  }),
  projectActivity: t.field({
    type: ProjectSync,
    authScopes: { scope: 'READ' },
    description:
      'The syncs of a project, each sent when it is queued, enters a phase, and ends. Needs the scope READ.',
    args: { projectId: t.arg.id({ required: true, description: 'The ID of the project to follow.' }) },
    subscribe: (_root, args, context) => followProject(args.projectId, context),
    resolve: (event, _args, { prisma }) =>
      prisma.projectSync.findUniqueOrThrow({
        where: { projectId_id: { projectId: event.projectId, id: event.syncId } },
      }),
  }),
}));

async function followSync(globalId: string, after: number, context: ApiContext) {
  const { tenant, mayFollow, database, hints, signal, follows } = context;
  const key = tenantId(globalId, 'ProjectSync');
  if (key === null || !(await mayFollow.sync(tenant, key)))
    throw apiError('SYNC_NOT_FOUND', 'There is no such sync, or it is not yours to see.');
  follows.add(key.projectId);
  return syncEvents(database, hints, { projectId: key.projectId, syncId: key.id, after, signal });
}

async function followProject(globalId: string, context: ApiContext) {
  const { tenant, mayFollow, database, hints, signal, follows } = context;
  const projectId = projectIdOf(globalId);
  if (projectId === null || !(await mayFollow.project(tenant, projectId)))
    throw apiError('PROJECT_NOT_FOUND', 'There is no such project, or it is not yours to see.');
  follows.add(projectId);
  return projectActivity(database, hints, { projectId, signal });
}
