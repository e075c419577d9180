import { requestRemoval } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { encodeGlobalID, tenantId } from '../graphql/ids.ts';
import { refusal } from './project.ts';
import { notFound, resultOf, type Failure } from '../graphql/mutation-result.ts';

interface Removed {
  readonly removedId: string;
}

const RemoveRepositorySuccess = builder.objectRef<Removed>('RemoveRepositorySuccess').implement({
  description: 'Nobody sees it any more; what only it held is let go in the background.',
  fields: (t) => ({ repositoryId: t.id({ description: 'It.', resolve: ({ removedId }) => removedId }) }),
});
const RemoveRepositoryResult = resultOf('RemoveRepository', RemoveRepositorySuccess);
const RemoveBranchSuccess = builder.objectRef<Removed>('RemoveBranchSuccess').implement({
  description: 'What was kept of it is let go in the background; the source stays as it is.',
  fields: (t) => ({ branchId: t.id({ description: 'It.', resolve: ({ removedId }) => removedId }) }),
});
const RemoveBranchResult = resultOf('RemoveBranch', RemoveBranchSuccess);

const RemoveRepositoryInput = builder.inputType('RemoveRepositoryInput', {
  description: 'Which repository goes, with all its branches and their history.',
  fields: (t) => ({ repositoryId: t.id({ required: true, description: 'It.' }) }),
});
const RemoveBranchInput = builder.inputType('RemoveBranchInput', {
  description: 'Which branch goes, with its history.',
  fields: (t) => ({
    repositoryId: t.id({ required: true, description: 'Of which repository.' }),
    branch: t.string({ required: true, description: 'Its name.' }),
  }),
});

builder.mutationFields((t) => ({
  removeRepository: t.field({
    type: RemoveRepositoryResult,
    authScopes: { scope: 'ADMIN' },
    description: 'Removes a repository from its project, with all that is kept of it.',
    args: { input: t.arg({ type: RemoveRepositoryInput, required: true, description: 'Which.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | Removed> => {
      const key = tenantId(input.repositoryId, 'Repository');
      const found =
        key === null ? null : await context.prisma.repository.findUnique({ where: { projectId_id: key } });
      if (found === null || found.removedAt !== null) return notFound('repository');
      const { projectId, id } = found;
      const refused = await refusal(context, projectId, 'OWNER');
      if (refused !== null) return refused;
      const actorId = context.viewer?.userId ?? null;
      await requestRemoval(context.database, context.jobs, { projectId, kind: 'repository', id, actorId });
      return { removedId: input.repositoryId };
    },
  }),
  removeBranch: t.field({
    type: RemoveBranchResult,
    authScopes: { scope: 'ADMIN' },
    description: 'Removes what is kept of a branch, with its history. The next sync of it begins anew.',
    args: { input: t.arg({ type: RemoveBranchInput, required: true, description: 'Which.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | Removed> => {
      const key = tenantId(input.repositoryId, 'Repository');
      if (key === null || input.branch.includes('\0')) return notFound('branch');
      const where = { projectId: key.projectId, repositoryId: key.id, name: input.branch, removedAt: null };
      const found = await context.prisma.branch.findFirst({ where, select: { id: true } });
      if (found === null) return notFound('branch');
      const refused = await refusal(context, key.projectId, 'OWNER');
      if (refused !== null) return refused;
      const actorId = context.viewer?.userId ?? null;
      const removal = { projectId: key.projectId, kind: 'branch', id: found.id, actorId } as const;
      await requestRemoval(context.database, context.jobs, removal);
      return {
        removedId: encodeGlobalID('Branch', `${key.projectId}:${key.id}:${input.branch}`),
      };
    },
  }),
}));
