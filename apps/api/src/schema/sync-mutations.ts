import { cancelSync, startSync } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { branchOf } from './branch-lookup.ts';
import type { ApiContext } from '../graphql/context.ts';
import { projectIdOf, tenantId, textOf } from '../graphql/ids.ts';
import { Project, refusal } from './project.ts';
import { failed, failureOf, notFound, resultOf, type Failure } from '../graphql/mutation-result.ts';
import { ProjectSync } from './sync.ts';

interface SyncKey {
  readonly syncKey: { readonly projectId: string; readonly id: string };
}

function success(
  name: 'StartSyncSuccess' | 'CancelSyncSuccess' | 'RestoreMemorySuccess',
  description: string,
) {
  return builder.objectRef<SyncKey>(name).implement({
    description,
    fields: (t) => ({
      sync: t.prismaField({
        type: ProjectSync,
        description: 'It.',
        resolve: (query, { syncKey }, _args, { prisma }) =>
          prisma.projectSync.findUniqueOrThrow({ ...query, where: { projectId_id: syncKey } }),
      }),
    }),
  });
}
const StartSyncResult = resultOf(
  'StartSync',
  success('StartSyncSuccess', 'A sync is active on the branch: a new one, or the one that was.'),
);
const CancelSyncResult = resultOf('CancelSync', success('CancelSyncSuccess', 'It was asked to stop.'));
const RestoreMemoryResult = resultOf(
  'RestoreMemory',
  success('RestoreMemorySuccess', 'The restore is on its way, as a sync of its own.'),
);
const RefreshEmbeddingsSuccess = builder
  .objectRef<{ projectId: string }>('RefreshEmbeddingsSuccess')
  .implement({
    description: 'What lacks a vector is being embedded.',
    fields: (t) => ({
      project: t.prismaField({
        type: Project,
        description: 'Whose.',
        resolve: (query, { projectId }, _args, { prisma }) =>
          prisma.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
      }),
    }),
  });
const RefreshEmbeddingsResult = resultOf('RefreshEmbeddings', RefreshEmbeddingsSuccess);

const StartSyncInput = builder.inputType('StartSyncInput', {
  description:
    '`full` compares every file again, trusting nothing that was kept. The default branch where none is named.',
  fields: (t) => ({
    repositoryId: t.id({ required: true, description: 'Of which repository.' }),
    branch: t.string({ required: false, description: 'Which branch.' }),
    full: t.boolean({ required: false, defaultValue: false, description: 'Compare every file again.' }),
  }),
});
const CancelSyncInput = builder.inputType('CancelSyncInput', {
  description: 'Which sync to stop.',
  fields: (t) => ({ syncId: t.id({ required: true, description: 'It.' }) }),
});
const RestoreMemoryInput = builder.inputType('RestoreMemoryInput', {
  description: 'Which state to bring back.',
  fields: (t) => ({ syncId: t.id({ required: true, description: 'The sync that left it.' }) }),
});
const RefreshEmbeddingsInput = builder.inputType('RefreshEmbeddingsInput', {
  description: 'Whose vectors.',
  fields: (t) => ({ projectId: t.id({ required: true, description: 'The project.' }) }),
});

/** A sync that the viewer may act on, or why not. */
async function syncToActOn(globalId: string, context: ApiContext) {
  const key = tenantId(globalId, 'ProjectSync');
  const sync =
    key === null
      ? null
      : await context.prisma.projectSync.findUnique({
          where: { projectId_id: key },
          include: { branch: true },
        });
  if (sync === null || sync.branch.removedAt !== null) return notFound('sync');
  return (await refusal(context, sync.projectId, 'EDITOR')) ?? sync;
}

builder.mutationFields((t) => ({
  startSync: t.field({
    type: StartSyncResult,
    authScopes: { scope: 'SYNC' },
    description: 'Starts a sync, or gives the one that is active on the branch already.',
    args: { input: t.arg({ type: StartSyncInput, required: true, description: 'What to sync.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | SyncKey> => {
      const key = tenantId(input.repositoryId, 'Repository');
      const repository =
        key === null ? null : await context.prisma.repository.findUnique({ where: { projectId_id: key } });
      if (repository === null || repository.removedAt !== null) return notFound('repository');
      const refused = await refusal(context, repository.projectId, 'EDITOR');
      if (refused !== null) return refused;
      const where = { projectId: repository.projectId, repositoryId: repository.id };
      try {
        const branch =
          textOf(input.branch) ?? repository.defaultBranch ?? (await defaultBranchOf(where, context));
        if (branch === null)
          return failed(
            'NotFoundError',
            'REPOSITORY_EMPTY',
            'The repository has no branch yet. Push one, or name a branch.',
          );
        const known = await context.prisma.branch.findUnique({
          where: { projectId_repositoryId_name: { ...where, name: branch } },
        });
        if (known === null && (await branchOf(where, branch, context)) === null) {
          return failed(
            'NotFoundError',
            'BRANCH_NOT_FOUND',
            'There is no such branch at the source. Look at the list of its branches.',
          );
        }
        const { id } = await startSync(context.database, context.jobs, {
          ...where,
          branch,
          trigger: 'MANUAL',
          full: input.full ?? false,
          restoredFromId: null,
          requestedBy: context.viewer?.userId ?? null,
        });
        return { syncKey: { projectId: repository.projectId, id } };
      } catch (error) {
        return failureOf(error);
      }
    },
  }),
  cancelSync: t.field({
    type: CancelSyncResult,
    authScopes: { scope: 'SYNC' },
    description: 'Asks a sync to stop. What stood before it stands on.',
    args: { input: t.arg({ type: CancelSyncInput, required: true, description: 'Which one.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | SyncKey> => {
      const sync = await syncToActOn(input.syncId, context);
      if ('failure' in sync) return sync;
      const outcome = await cancelSync(context.database, sync.projectId, sync.id);
      if (outcome === null) return failed('ConflictError', 'SYNC_ENDED', 'This sync has ended already.');
      return { syncKey: { projectId: sync.projectId, id: sync.id } };
    },
  }),
  restoreMemory: t.field({
    type: RestoreMemoryResult,
    authScopes: { scope: 'SYNC' },
    description:
      'Makes the state of an earlier completed sync the current one again, as a new sync. Nothing is deleted, nothing is fetched.',
    args: { input: t.arg({ type: RestoreMemoryInput, required: true, description: 'Which state.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | SyncKey> => {
      const sync = await syncToActOn(input.syncId, context);
      if ('failure' in sync) return sync;
      if (sync.number === null)
        return failed(
          'ConflictError',
          'SYNC_NOT_FINALIZED',
          'This sync left no state to bring back. Choose one that was completed.',
        );
      const { id, restores } = await startSync(context.database, context.jobs, {
        projectId: sync.projectId,
        repositoryId: sync.repositoryId,
        branch: sync.branch.name,
        trigger: 'RESTORE',
        full: false,
        restoredFromId: sync.id,
        requestedBy: context.viewer?.userId ?? null,
      });
      if (restores !== sync.id)
        return failed(
          'ConflictError',
          'RESTORE_ACTIVE',
          'Another state is being brought back on this branch. Wait for it, or cancel it, then restore.',
        );
      return { syncKey: { projectId: sync.projectId, id } };
    },
  }),
  refreshEmbeddings: t.field({
    type: RefreshEmbeddingsResult,
    authScopes: { scope: 'SYNC' },
    description:
      'Embeds again what has no vector of the model in force, or all of it after a change of model. Search goes on meanwhile.',
    args: { input: t.arg({ type: RefreshEmbeddingsInput, required: true, description: 'Whose.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | { projectId: string }> => {
      const projectId = projectIdOf(input.projectId);
      const refused = await refusal(context, projectId, 'EDITOR');
      if (refused !== null || projectId === null) return refused ?? notFound('project');
      await context.jobs.send('embed', { projectId }, { key: projectId });
      return { projectId };
    },
  }),
}));

async function defaultBranchOf(
  key: { projectId: string; repositoryId: string },
  context: ApiContext,
): Promise<string | null> {
  const source = await context.openSource(key);
  try {
    return await source.defaultBranch({ signal: AbortSignal.timeout(30_000) });
  } finally {
    await source.close();
  }
}
