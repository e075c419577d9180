import { cancelSync, startSync } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { tenantId, textOf } from '../graphql/ids.ts';
import { failed, failureOf, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs, requireRole } from '../graphql/require-role.ts';
import { branchOf } from './branch-lookup.ts';
import { projectResult } from './project-mutations.ts';
import { emptyRepository, noSuchBranch } from './source-to-connect.ts';
import { traceParent } from '../telemetry/trace-parent.ts';

const SOURCE_MS = 30_000;
const LONGEST_REASON = 500;

interface SyncKey {
  readonly syncKey: { readonly projectId: string; readonly id: string };
}

/** A sync that answers a request to start one. */
export interface StartedSyncKey extends SyncKey {
  readonly isNew: boolean;
}

interface RepositoryRow {
  readonly projectId: string;
  readonly id: string;
  readonly defaultBranch: string | null;
}

/** The result of a mutation whose success returns a sync. */
function syncResult(mutation: string, description: string, fieldDescription: string) {
  return mutationResult<SyncKey>(mutation, {
    description,
    fields: (t) => ({
      sync: t.prismaField({
        type: 'ProjectSync',
        description: fieldDescription,
        resolve: (query, { syncKey }, _args, { prisma }) =>
          prisma.projectSync.findUniqueOrThrow({ ...query, where: { projectId_id: syncKey } }),
      }),
    }),
  });
}

export const StartSyncResult = mutationResult<StartedSyncKey>('StartSync', {
  description: 'A sync of the branch is active: a new one, or the one that was active already.',
  fields: (t) => ({
    sync: t.prismaField({
      type: 'ProjectSync',
      description: 'The active sync of the branch.',
      resolve: (query, { syncKey }, _args, { prisma }) =>
        prisma.projectSync.findUniqueOrThrow({ ...query, where: { projectId_id: syncKey } }),
    }),
    isNew: t.exposeBoolean('isNew', {
      description: 'Whether this request started it; false where it was active already.',
    }),
  }),
});

export const StartSyncInput = builder.inputType('StartSyncInput', {
  description: 'The branch to sync, and whether to compare every file.',
  fields: (t) => ({
    repositoryId: t.id({ required: true, description: 'The ID of the repository to sync.' }),
    branch: t.string({
      required: false,
      description: 'The name of the branch, without refs/heads/; the default branch if left out.',
    }),
    full: t.boolean({
      required: false,
      defaultValue: false,
      description:
        'Whether to compare every file again instead of trusting the stored state; false by default.',
    }),
  }),
});

builder.mutationField('startSync', (t) =>
  t.field({
    type: StartSyncResult,
    authScopes: { scope: 'SYNC' },
    description:
      'Starts a sync of a branch, or returns the one that is active already. Needs the scope SYNC and the role EDITOR.',
    args: { input: t.arg({ type: StartSyncInput, required: true, description: 'The branch to sync.' }) },
    resolve: (_root, { input }, context) => start(input, context),
  }),
);

const CancelSyncInput = builder.inputType('CancelSyncInput', {
  description: 'The sync to cancel.',
  fields: (t) => ({ syncId: t.id({ required: true, description: 'The ID of the sync to cancel.' }) }),
});

builder.mutationField('cancelSync', (t) =>
  t.field({
    type: syncResult(
      'CancelSync',
      'The sync was asked to stop; it ends shortly afterwards.',
      'The sync that was asked to stop.',
    ),
    authScopes: { scope: 'SYNC' },
    description:
      'Cancels an active sync. Readers keep the snapshot they had before it. Needs the scope SYNC and the role EDITOR.',
    args: { input: t.arg({ type: CancelSyncInput, required: true, description: 'The sync to cancel.' }) },
    resolve: (_root, { input }, context) => cancel(input.syncId, context),
  }),
);

const RestoreMemoryInput = builder.inputType('RestoreMemoryInput', {
  description: 'The snapshot to restore, named by its sync.',
  fields: (t) => ({
    syncId: t.id({ required: true, description: 'The ID of the sync whose snapshot to restore.' }),
    pin: t.boolean({
      required: false,
      defaultValue: false,
      description:
        'Whether to pin the branch to this state: until releaseBranch, no other sync moves it. False by default.',
    }),
    reason: t.string({
      required: false,
      description: 'The reason for the pin, for other members; 500 characters at most.',
    }),
  }),
});

builder.mutationField('restoreMemory', (t) =>
  t.field({
    type: syncResult(
      'RestoreMemory',
      'The restore was started, as a sync of its own.',
      'The new sync that restores the snapshot.',
    ),
    authScopes: { scope: 'SYNC' },
    description:
      'Makes the snapshot of an earlier sync the current one of its branch, by a new sync. It deletes nothing and fetches nothing. Needs the scope SYNC and the role EDITOR.',
    args: {
      input: t.arg({ type: RestoreMemoryInput, required: true, description: 'The snapshot to restore.' }),
    },
    resolve: (_root, { input }, context) => restore(input, context),
  }),
);

const RefreshEmbeddingsInput = builder.inputType('RefreshEmbeddingsInput', {
  description: 'The project whose passages to embed.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project whose passages are embedded.' }),
  }),
});

builder.mutationField('refreshEmbeddings', (t) =>
  t.field({
    type: projectResult(
      'RefreshEmbeddings',
      'The passages without a vector are being embedded in the background.',
      'The project whose passages are being embedded.',
    ),
    authScopes: { scope: 'SYNC' },
    description:
      "Embeds every passage that has no vector of the server's embedding model, which after a change of model is all of them. Search keeps working meanwhile. Needs the scope SYNC and the role EDITOR.",
    args: {
      input: t.arg({
        type: RefreshEmbeddingsInput,
        required: true,
        description: 'The project whose passages to embed.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const project = await projectAs('EDITOR', input.projectId, context);
      if ('failure' in project) return project;
      const { projectId } = project;
      await context.jobs.send('embed', { projectId }, { key: projectId });
      return project;
    },
  }),
);

async function start(
  input: typeof StartSyncInput.$inferInput,
  context: ApiContext,
): Promise<Failure | StartedSyncKey> {
  const key = tenantId(input.repositoryId, 'Repository');
  const repository =
    key === null ? null : await context.prisma.repository.findUnique({ where: { projectId_id: key } });
  if (repository === null || repository.removedAt !== null) return notFound('repository');
  const refused = await requireRole(context, repository.projectId, 'EDITOR');
  if (refused !== null) return refused;
  try {
    const branch = await branchToSync(repository, textOf(input.branch), context);
    if (typeof branch !== 'string') return branch;
    const { id, isNew } = await startSync(context.database, context.jobs, {
      projectId: repository.projectId,
      repositoryId: repository.id,
      branch,
      trigger: 'MANUAL',
      full: input.full ?? false,
      restoredFromId: null,
      requestedBy: context.viewer?.userId ?? null,
      traceParent: traceParent(),
    });
    return { syncKey: { projectId: repository.projectId, id }, isNew };
  } catch (error) {
    return failureOf(error);
  }
}

/** The named or default branch of a repository, if it is stored or exists at the source. */
async function branchToSync(
  { projectId, id: repositoryId, defaultBranch }: RepositoryRow,
  named: string | null,
  context: ApiContext,
): Promise<Failure | string> {
  const key = { projectId, repositoryId };
  const name = named ?? defaultBranch ?? (await defaultBranchOf(key, context));
  if (name === null) return emptyRepository();
  const stored = await context.prisma.branch.findUnique({
    where: { projectId_repositoryId_name: { ...key, name } },
  });
  if (stored !== null || (await branchOf(key, name, context)) !== null) return name;
  return noSuchBranch();
}

async function defaultBranchOf(
  key: { readonly projectId: string; readonly repositoryId: string },
  context: ApiContext,
): Promise<string | null> {
  const source = await context.openSource(key);
  try {
    return await source.defaultBranch({ signal: AbortSignal.timeout(SOURCE_MS) });
  } finally {
    await source.close();
  }
}

async function cancel(globalId: string, context: ApiContext): Promise<Failure | SyncKey> {
  const sync = await syncToChange(globalId, context);
  if ('failure' in sync) return sync;
  const { projectId, id } = sync;
  const outcome = await cancelSync(context.database, projectId, id);
  if (outcome === null) return failed('ConflictError', 'SYNC_ENDED', 'This sync has ended already.');
  return { syncKey: { projectId, id } };
}

async function restore(
  input: typeof RestoreMemoryInput.$inferInput,
  context: ApiContext,
): Promise<Failure | SyncKey> {
  const sync = await syncToChange(input.syncId, context);
  if ('failure' in sync) return sync;
  const reason = textOf(input.reason)?.trim() ?? '';
  if (reason.length > LONGEST_REASON)
    return failed(
      'InvalidInputError',
      'INVALID_REASON',
      `A reason has ${LONGEST_REASON} characters at most.`,
    );
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
    traceParent: traceParent(),
    ...(input.pin === true ? { pin: { reason: reason === '' ? null : reason } } : {}),
  });
  if (restores === sync.id) return { syncKey: { projectId: sync.projectId, id } };
  return failed(
    'ConflictError',
    'RESTORE_ACTIVE',
    'Another state is being brought back on this branch. Wait for it, or cancel it, then restore.',
  );
}

/** A sync the viewer may change, or the failure to return. */
async function syncToChange(globalId: string, context: ApiContext) {
  const key = tenantId(globalId, 'ProjectSync');
  const sync =
    key === null
      ? null
      : await context.prisma.projectSync.findUnique({
          where: { projectId_id: key },
          include: { branch: true },
        });
  if (sync === null || sync.branch.removedAt !== null) return notFound('sync');
  return (await requireRole(context, sync.projectId, 'EDITOR')) ?? sync;
}
