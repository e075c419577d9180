import { releaseBranch } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { encodeGlobalID, rowId, rowIdText, tenantId, textOf } from '../graphql/ids.ts';
import { mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { requireRole } from '../graphql/require-role.ts';
import { branchOf, type BranchView } from './branch-lookup.ts';
import { Branch } from './branch.ts';

interface PinView {
  readonly projectId: string;
  readonly branchId: string;
  readonly syncId: string;
  readonly pinnedAt: Date;
  readonly userId: string | null;
  readonly reason: string | null;
}

const BranchPin = builder.objectRef<PinView>('BranchPin').implement({
  description:
    'The pin that a restore put on its branch: no other sync moves the branch until it is released.',
  fields: (t) => ({
    id: t.id({
      description: rowIdText,
      resolve: ({ projectId, branchId }) => rowId('BranchPin', projectId, branchId),
    }),
    sync: t.prismaField({
      type: 'ProjectSync',
      description: 'The restore that pinned the branch.',
      resolve: (query, { projectId, syncId: id }, _args, { prisma }) =>
        prisma.projectSync.findUniqueOrThrow({ ...query, where: { projectId_id: { projectId, id } } }),
    }),
    pinnedAt: t.expose('pinnedAt', { type: 'DateTime', description: 'The time the branch was pinned.' }),
    pinnedBy: t.prismaField({
      type: 'User',
      nullable: true,
      description: 'The user who pinned the branch; null if they are no longer a member.',
      resolve: (query, { userId: id }, _args, { prisma }) =>
        id === null ? null : prisma.user.findUnique({ ...query, where: { id } }),
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'The reason that was given; null without one.',
    }),
  }),
});

builder.objectField(Branch, 'pin', (t) =>
  t.field({
    type: BranchPin,
    nullable: true,
    description: 'The pin of the branch; null while syncs may move it.',
    resolve: pinOf,
  }),
);

async function pinOf({ projectId, row }: BranchView, _args: unknown, { prisma }: ApiContext) {
  if (row === null) return null;
  const found = await prisma.branch.findUnique({
    where: { projectId_id: { projectId, id: row.id } },
    select: { pinnedSyncId: true, pinnedAt: true, pinnedBy: true, pinReason: true },
  });
  if (found?.pinnedAt == null || found.pinnedSyncId === null) return null;
  const { pinnedSyncId: syncId, pinnedAt, pinnedBy: userId, pinReason: reason } = found;
  return { projectId, branchId: row.id, syncId, pinnedAt, userId, reason };
}

const ReleaseBranchInput = builder.inputType('ReleaseBranchInput', {
  description: 'The branch to release.',
  fields: (t) => ({
    repositoryId: t.id({ required: true, description: 'The ID of the repository the branch belongs to.' }),
    branch: t.string({ required: true, description: 'The name of the branch, without refs/heads/.' }),
  }),
});

interface Released {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly name: string;
}

builder.mutationField('releaseBranch', (t) =>
  t.field({
    type: mutationResult<Released>('ReleaseBranch', {
      description: 'The branch is not pinned, or no longer: syncs move it.',
      fields: (success) => ({
        branchId: success.id({
          description: 'The ID of the branch that was released.',
          resolve: ({ projectId, repositoryId, name }) =>
            encodeGlobalID('Branch', `${projectId}:${repositoryId}:${name}`),
        }),
        branch: success.field({
          type: Branch,
          nullable: true,
          description: 'The branch that was released.',
          resolve: ({ name, ...key }, _args, context) => branchOf(key, name, context),
        }),
      }),
    }),
    authScopes: { scope: 'SYNC' },
    description:
      'Releases a branch that a restore pinned. The next sync brings it to its source again. Needs the scope SYNC and the role EDITOR.',
    args: {
      input: t.arg({ type: ReleaseBranchInput, required: true, description: 'The branch to release.' }),
    },
    resolve: (_root, { input }, context) => release(input, context),
  }),
);

async function release(
  input: typeof ReleaseBranchInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Released> {
  const key = tenantId(input.repositoryId, 'Repository');
  if (key === null) return notFound('branch');
  const { projectId, id: repositoryId } = key;
  const name = textOf(input.branch);
  const found = await context.prisma.branch.findFirst({
    where: { projectId, repositoryId, name, removedAt: null },
    select: { id: true },
  });
  if (found === null) return notFound('branch');
  const refused = await requireRole(context, projectId, 'EDITOR');
  if (refused !== null) return refused;
  await releaseBranch(context.database.system, { projectId, repositoryId, name });
  return { projectId, repositoryId, name };
}
