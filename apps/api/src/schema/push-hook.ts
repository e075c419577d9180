import { randomUUID } from 'node:crypto';
import { setPushHook } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { tenantId } from '../graphql/ids.ts';
import { mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { checkRowPage } from '../graphql/pagination.ts';
import { requireRole } from '../graphql/require-role.ts';
import { newWebhookSecret } from '../webhooks/sign-body.ts';
import { Repository } from './repository.ts';

const PushHook = builder.prismaObject('PushHook', {
  description:
    'The address at which the Git server of a repository reports pushes, so that its branches are synced at once. GitHub, GitLab, Gitea, Forgejo and Bitbucket are understood, and any program that signs `{"branch": "main"}`.',
  fields: (t) => ({
    id: t.globalID({
      description: 'The ID by which the cache of a client keeps this object; `node` does not take it.',
      resolve: ({ projectId, id }) => ({ id: `${projectId}:${id}`, type: 'PushHook' }),
    }),
    url: t.string({
      description: 'The address to enter at the Git server, with the secret and the content type JSON.',
      resolve: ({ id }, _args, { publicUrl }) => `${publicUrl}/webhooks/${id}`,
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'The time the secret was made.',
    }),
  }),
});

const PushDelivery = builder.prismaObject('PushDelivery', {
  description:
    'A call of the push hook with the right secret. It is listed for two weeks. One that met a fault of this server is not listed, and is taken when it comes again.',
  fields: (t) => ({
    id: t.globalID({
      description: 'The ID by which the cache of a client keeps this object; `node` does not take it.',
      resolve: ({ projectId, id }) => ({ id: `${projectId}:${id}`, type: 'PushDelivery' }),
    }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'The time it came.' }),
    forge: t.exposeString('forge', {
      description: 'The kind of Git server: github, gitlab, gitea, bitbucket or generic.',
    }),
    event: t.exposeString('event', { description: 'The event, as the Git server names it.' }),
    deliveryId: t.exposeString('key', {
      nullable: true,
      description: 'Its ID at the Git server; null where there is none.',
    }),
    branches: t.exposeStringList('branches', { description: 'The branches that it reports as moved.' }),
    status: t.exposeInt('status', { description: 'The HTTP status of the answer.' }),
    outcome: t.exposeString('outcome', {
      description:
        'The answer in words, such as `1 started`, `ignored` or `payload` for a body of another form.',
    }),
  }),
});

builder.prismaObjectField(Repository, 'pushHook', (t) =>
  t.prismaField({
    type: PushHook,
    nullable: true,
    authScopes: { scope: 'ADMIN' },
    select: { projectId: true, id: true },
    description:
      'The address at which pushes are reported; null where none was made, and for members who are no owners. Needs the scope ADMIN.',
    resolve: (query, { projectId, id: repositoryId }, _args, { prisma }) =>
      prisma.pushHook.findUnique({
        ...query,
        where: { projectId_repositoryId: { projectId, repositoryId } },
      }),
  }),
);

builder.prismaObjectField(Repository, 'pushDeliveries', (t) =>
  t.prismaConnection(
    {
      type: PushDelivery,
      cursor: 'projectId_id',
      authScopes: { scope: 'ADMIN' },
      description:
        'The calls of the push hook, newest first; none for members who are no owners. Needs the scope ADMIN.',
      totalCount: ({ projectId, id: repositoryId }, _args, { prisma }) =>
        prisma.pushDelivery.count({ where: { projectId, repositoryId } }),
      resolve: (query, { projectId, id: repositoryId }, args, { prisma }) => {
        checkRowPage(args);
        return prisma.pushDelivery.findMany({
          ...query,
          where: { projectId, repositoryId },
          orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
        });
      },
    },
    ...connectionFor('PushDelivery'),
  ),
);

interface RepositoryKey {
  readonly projectId: string;
  readonly id: string;
}
interface Made extends RepositoryKey {
  readonly secret: string;
}

const inputOf = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      repositoryId: t.id({ required: true, description: 'The ID of the repository.' }),
    }),
  });
const SetPushHookInput = inputOf('SetPushHookInput', 'The repository whose pushes are to be reported.');
const RemovePushHookInput = inputOf(
  'RemovePushHookInput',
  'The repository whose pushes are not to be reported any more.',
);

builder.mutationField('setPushHook', (t) =>
  t.field({
    type: mutationResult<Made>('SetPushHook', {
      description: 'The repository has a new address and a new secret; former ones open nothing.',
      fields: (success) => ({
        secret: success.exposeString('secret', {
          description: 'The secret to enter at the Git server. It is returned only here.',
        }),
        pushHook: success.prismaField({
          type: PushHook,
          description: 'The address to enter at the Git server.',
          resolve: (query, { projectId, id: repositoryId }, _args, { prisma }) =>
            prisma.pushHook.findUniqueOrThrow({
              ...query,
              where: { projectId_repositoryId: { projectId, repositoryId } },
            }),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Makes an address and a secret by which the Git server of a repository reports pushes, in place of former ones. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({
        type: SetPushHookInput,
        required: true,
        description: 'The repository that gets the address.',
      }),
    },
    resolve: (_root, { input }, context) => set(input.repositoryId, context),
  }),
);

builder.mutationField('removePushHook', (t) =>
  t.field({
    type: mutationResult<RepositoryKey>('RemovePushHook', {
      description: 'The address answers no delivery any more.',
      fields: (success) => ({
        repository: success.prismaField({
          type: Repository,
          description: 'The repository, which now has no push hook.',
          resolve: (query, key, _args, { prisma }) =>
            prisma.repository.findUniqueOrThrow({ ...query, where: { projectId_id: key } }),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Removes the address at which pushes are reported. Its deliveries stay listed. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({
        type: RemovePushHookInput,
        required: true,
        description: 'The repository that loses its address.',
      }),
    },
    resolve: (_root, { input }, context) => remove(input.repositoryId, context),
  }),
);

async function set(repositoryId: string, context: ApiContext): Promise<Failure | Made> {
  const key = await ownedRepository(repositoryId, context);
  if ('failure' in key) return key;
  const { database, seal, viewer } = context;
  const { projectId } = key;
  const id = randomUUID();
  const secret = newWebhookSecret();
  const secretCipher = seal.close(secret, `${projectId}:${id}`);
  const hook = { projectId, id, repositoryId: key.id, secretCipher };
  await setPushHook(database.system, hook, viewer?.userId ?? null);
  return { ...key, secret };
}

async function remove(repositoryId: string, context: ApiContext): Promise<Failure | RepositoryKey> {
  const key = await ownedRepository(repositoryId, context);
  if ('failure' in key) return key;
  // A tenant's role deletes no rows.
  await context.database.prisma.pushHook.deleteMany({
    where: { projectId: key.projectId, repositoryId: key.id },
  });
  return key;
}

/** The key of a repository in a project that the viewer owns; else the failure to return. */
async function ownedRepository(repositoryId: string, context: ApiContext): Promise<Failure | RepositoryKey> {
  const key = tenantId(repositoryId, 'Repository');
  const found =
    key === null ? null : await context.prisma.repository.findUnique({ where: { projectId_id: key } });
  if (key === null || found === null || found.removedAt !== null) return notFound('repository');
  return (await requireRole(context, key.projectId, 'OWNER')) ?? key;
}
