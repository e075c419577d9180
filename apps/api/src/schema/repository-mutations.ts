import { requestRemoval } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { encodeGlobalID, tenantId } from '../graphql/ids.ts';
import { mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs, requireRole } from '../graphql/require-role.ts';
import { SourceProvider } from './repository.ts';
import { connectTo, FirstSyncInput, type Connected } from './source-to-connect.ts';

interface ConnectedRepository extends Connected {
  readonly repositoryId: string;
}
interface Removed {
  readonly removedId: string;
}

const providerField = {
  type: SourceProvider,
  required: true,
  description: 'The way the repository is read.',
} as const;
const tokenField = {
  required: false,
  description: 'The access token for a private repository. It is stored encrypted and never returned.',
} as const;

const ConnectRepositoryInput = builder.inputType('ConnectRepositoryInput', {
  description: 'The repository to connect, and the project to connect it to.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to connect the repository to.' }),
    provider: t.field(providerField),
    url: t.string({
      required: true,
      description:
        'For GITHUB https://github.com/owner/name or owner/name; for GIT any Git URL, or the path of an allowed local folder.',
    }),
    token: t.string(tokenField),
    sync: t.field({
      type: FirstSyncInput,
      required: false,
      description:
        'A sync to start in the same step; none if left out. Where it cannot start, nothing is connected.',
    }),
  }),
});

/** A repository that a project is created for. */
export const NewRepositoryInput = builder.inputType('NewRepositoryInput', {
  description: 'The repository to connect to a project that is created for it.',
  fields: (t) => ({
    provider: t.field(providerField),
    url: t.string({
      required: true,
      description: 'The address of the repository, as connectRepository takes it.',
    }),
    token: t.string(tokenField),
    sync: t.field({
      type: FirstSyncInput,
      required: false,
      description: 'A sync to start in the same step; none if left out.',
    }),
  }),
});

builder.mutationField('connectRepository', (t) =>
  t.field({
    type: mutationResult<ConnectedRepository>('ConnectRepository', {
      description: 'The repository is connected to the project.',
      fields: (success) => ({
        repository: success.prismaField({
          type: 'Repository',
          description: 'The repository that was connected.',
          resolve: (query, { projectId, repositoryId }, _args, { prisma }) =>
            prisma.repository.findUniqueOrThrow({
              ...query,
              where: { projectId_id: { projectId, id: repositoryId } },
            }),
        }),
        sync: success.prismaField({
          type: 'ProjectSync',
          nullable: true,
          description: 'The sync that was asked for with it: a new one, or the one that was active already.',
          resolve: (query, { projectId, syncId: id }, _args, { prisma }) =>
            id === null
              ? null
              : prisma.projectSync.findUnique({ ...query, where: { projectId_id: { projectId, id } } }),
        }),
      }),
    }),
    authScopes: { scope: 'WRITE' },
    description:
      'Connects a repository after checking that its source answers. One that is connected already is returned, with the new token if one is given. Needs the scope WRITE and the role EDITOR.',
    args: {
      input: t.arg({
        type: ConnectRepositoryInput,
        required: true,
        description: 'The repository to connect, and its project.',
      }),
    },
    resolve: (_root, { input }, context) => connect(input, context),
  }),
);

const RemoveRepositoryInput = builder.inputType('RemoveRepositoryInput', {
  description: 'The repository to remove, with all of its branches and their history.',
  fields: (t) => ({
    repositoryId: t.id({ required: true, description: 'The ID of the repository to remove.' }),
  }),
});

builder.mutationField('removeRepository', (t) =>
  t.field({
    type: mutationResult<Removed>('RemoveRepository', {
      description:
        'The repository is no longer visible; rows that only it used are purged in the background.',
      fields: (success) => ({
        repositoryId: success.id({
          description: 'The ID of the repository that was removed.',
          resolve: ({ removedId }) => removedId,
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Removes a repository from its project, with its history in the database. The source and its mirror in DATA_DIR stay. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({
        type: RemoveRepositoryInput,
        required: true,
        description: 'The repository to remove.',
      }),
    },
    resolve: (_root, { input }, context) => remove(input, context),
  }),
);

const RemoveBranchInput = builder.inputType('RemoveBranchInput', {
  description: 'The branch whose stored state to remove, with its history.',
  fields: (t) => ({
    repositoryId: t.id({ required: true, description: 'The ID of the repository the branch belongs to.' }),
    branch: t.string({ required: true, description: 'The name of the branch, without refs/heads/.' }),
  }),
});

builder.mutationField('removeBranch', (t) =>
  t.field({
    type: mutationResult<Removed>('RemoveBranch', {
      description:
        'The stored state of the branch is no longer visible and is purged in the background. The source stays as it is.',
      fields: (success) => ({
        branchId: success.id({
          description: 'The ID of the branch that was removed.',
          resolve: ({ removedId }) => removedId,
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Removes the stored state and history of a branch; its next sync imports everything again. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({ type: RemoveBranchInput, required: true, description: 'The branch to remove.' }),
    },
    resolve: (_root, { input }, context) => removeBranch(input, context),
  }),
);

async function connect(
  input: typeof ConnectRepositoryInput.$inferInput,
  context: ApiContext,
): Promise<Failure | ConnectedRepository> {
  const project = await projectAs('EDITOR', input.projectId, context);
  if ('failure' in project) return project;
  const connected = await connectTo({ projectId: project.projectId, newProject: null }, input, context);
  if ('failure' in connected) return connected;
  const { repositoryId } = connected;
  return repositoryId === null ? notFound('repository') : { ...connected, repositoryId };
}

async function remove(
  input: typeof RemoveRepositoryInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Removed> {
  const key = tenantId(input.repositoryId, 'Repository');
  const found =
    key === null ? null : await context.prisma.repository.findUnique({ where: { projectId_id: key } });
  if (found === null || found.removedAt !== null) return notFound('repository');
  const { projectId, id } = found;
  const refused = await requireRole(context, projectId, 'OWNER');
  if (refused !== null) return refused;
  await requestRemoval(context.database, context.jobs, {
    projectId,
    kind: 'repository',
    id,
    origin: context.origin,
  });
  return { removedId: input.repositoryId };
}

async function removeBranch(
  input: typeof RemoveBranchInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Removed> {
  const key = tenantId(input.repositoryId, 'Repository');
  if (key === null || input.branch.includes('\0')) return notFound('branch');
  const where = { projectId: key.projectId, repositoryId: key.id, name: input.branch, removedAt: null };
  const found = await context.prisma.branch.findFirst({ where, select: { id: true } });
  if (found === null) return notFound('branch');
  const { projectId } = key;
  const refused = await requireRole(context, projectId, 'OWNER');
  if (refused !== null) return refused;
  await requestRemoval(context.database, context.jobs, {
    projectId,
    kind: 'branch',
    id: found.id,
    origin: context.origin,
  });
  return { removedId: encodeGlobalID('Branch', `${projectId}:${key.id}:${input.branch}`) };
}
