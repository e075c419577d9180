import { randomUUID } from 'node:crypto';
import { announceRevoked } from '@project-sync/db';
import { hashApiKey, holds, newApiKey, prefixOf, scopes } from '../auth/api-key.ts';
import { builder } from '../graphql/builder.ts';
import { localId, projectIdOf, textOf, uuidOrNothing } from '../graphql/ids.ts';
import { Project, refusal } from './project.ts';
import { failed, notFound, resultOf, type Failure } from '../graphql/mutation-result.ts';

const ApiScope = builder.enumType('ApiScope', {
  description: 'What a key may do; each scope holds those before it.',
  values: {
    READ: { description: 'Look at everything.' },
    SYNC: { description: 'Start, cancel and restore syncs.' },
    WRITE: { description: 'Make projects, connect repositories, write notes and documents.' },
    ADMIN: { description: 'Manage keys, members and removal.' },
  },
});

export const ApiKey = builder.prismaNode('ApiKey', {
  nullable: true,
  id: { field: 'id' },
  // Keys are seen by those who manage them, wherever they are found: a key bound to a project sees none of the others.
  findUnique: (id, { viewer }) => ({
    id: viewer !== null && holds(viewer.scopes, 'ADMIN') ? uuidOrNothing(id) : randomUUID(),
    ...(viewer?.projectId == null ? {} : { projectId: viewer.projectId }),
  }),
  description: "A program's key. The key itself was shown once and is not kept.",
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is for.' }),
    prefix: t.exposeString('prefix', { description: 'The first characters, to tell keys apart.' }),
    scopes: t.expose('scopes', { type: [ApiScope], description: 'What it may do.' }),
    project: t.relation('project', {
      nullable: true,
      description: 'The one project that it is bound to; null for all of its owner’s.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends by itself.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'About when it was last used.',
    }),
  }),
});

builder.queryField('apiKeys', (t) =>
  t.prismaField({
    type: [ApiKey],
    authScopes: { scope: 'ADMIN' },
    description: "The viewer's keys that are in force.",
    resolve: (query, _root, _args, { prisma, viewer }) =>
      prisma.apiKey.findMany({
        ...query,
        where: {
          ownerId: viewer?.userId ?? '',
          revokedAt: null,
          ...(viewer?.projectId == null ? {} : { projectId: viewer.projectId }),
        },
        orderBy: { createdAt: 'desc' },
      }),
  }),
);

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'A key for a program.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for.' }),
    scopes: t.field({ type: [ApiScope], required: true, description: 'What it may do.' }),
    projectId: t.id({
      required: false,
      description: 'The one project that it is bound to; all of the owner’s where none is named.',
    }),
    expiresAt: t.field({ type: 'DateTime', required: false, description: 'When it ends by itself.' }),
  }),
});
const CreateApiKeySuccess = builder
  .objectRef<{ key: string; apiKeyId: string }>('CreateApiKeySuccess')
  .implement({
    description: 'The key was made.',
    fields: (t) => ({
      key: t.exposeString('key', { description: 'The key itself: shown this once.' }),
      apiKey: t.prismaField({
        type: ApiKey,
        description: 'What is kept of it.',
        resolve: (query, { apiKeyId }, _args, { prisma }) =>
          prisma.apiKey.findUniqueOrThrow({ ...query, where: { id: apiKeyId } }),
      }),
    }),
  });
const CreateApiKeyResult = resultOf('CreateApiKey', CreateApiKeySuccess);
const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'Which key to end.',
  fields: (t) => ({ id: t.id({ required: true, description: 'It.' }) }),
});
const RevokeApiKeySuccess = builder.objectRef<{ apiKeyId: string }>('RevokeApiKeySuccess').implement({
  description: 'The key has ended.',
  fields: (t) => ({
    apiKey: t.prismaField({
      type: ApiKey,
      description: 'It.',
      resolve: (query, { apiKeyId }, _args, { prisma }) =>
        prisma.apiKey.findUniqueOrThrow({ ...query, where: { id: apiKeyId } }),
    }),
  }),
});
const RevokeApiKeyResult = resultOf('RevokeApiKey', RevokeApiKeySuccess);

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: CreateApiKeyResult,
    authScopes: { scope: 'ADMIN' },
    description: 'Makes a key. It can never do more than whoever makes it.',
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'The key.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | { key: string; apiKeyId: string }> => {
      const { viewer, prisma } = context;
      if (viewer === null) return notFound('project');
      const name = textOf(input.name).trim();
      if (name === '' || name.length > 100)
        return failed('InvalidInputError', 'INVALID_NAME', 'A key needs a name of 1 to 100 characters.');
      if (input.scopes.length === 0)
        return failed(
          'InvalidInputError',
          'NO_SCOPES',
          'A key without a scope can do nothing. Give it at least READ.',
        );
      if (input.expiresAt != null && input.expiresAt.getTime() <= Date.now())
        return failed(
          'InvalidInputError',
          'ALREADY_EXPIRED',
          'The key would have ended already. Choose a later time.',
        );
      const projectId = input.projectId == null ? viewer.projectId : projectIdOf(input.projectId);
      if (input.projectId != null) {
        const refused = await refusal(context, projectId, 'VIEWER');
        if (refused !== null) return refused;
      }
      if (viewer.projectId !== null && projectId !== viewer.projectId) return notFound('project');
      const key = newApiKey();
      const { id } = await prisma.apiKey.create({
        data: {
          id: randomUUID(),
          ownerId: viewer.userId,
          projectId,
          name,
          prefix: prefixOf(key),
          hash: hashApiKey(key),
          scopes: scopes.filter((scope) => input.scopes.includes(scope)),
          expiresAt: input.expiresAt ?? null,
        },
      });
      return { key, apiKeyId: id };
    },
  }),
  revokeApiKey: t.field({
    type: RevokeApiKeyResult,
    authScopes: { scope: 'ADMIN' },
    description: 'Ends a key at once, with the streams that it opened.',
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true, description: 'Which one.' }) },
    resolve: async (
      _root,
      { input },
      { prisma, viewer, database },
    ): Promise<Failure | { apiKeyId: string }> => {
      const id = localId(input.id, 'ApiKey');
      const key = id === null ? null : await prisma.apiKey.findUnique({ where: { id: uuidOrNothing(id) } });
      if (
        key === null ||
        viewer === null ||
        (viewer.projectId !== null && key.projectId !== viewer.projectId)
      )
        return notFound('api key');
      await prisma.apiKey.update({ where: { id: key.id }, data: { revokedAt: key.revokedAt ?? new Date() } });
      await announceRevoked(database, key.id);
      return { apiKeyId: key.id };
    },
  }),
}));

builder.prismaObjectFields(Project, (t) => ({
  apiKeys: t.relation('apiKeys', {
    type: ApiKey,
    authScopes: { scope: 'ADMIN' },
    description: "The viewer's keys that are bound to this project and in force.",
    query: (_args, { viewer }) => ({
      where: { ownerId: viewer?.userId ?? '', revokedAt: null },
      orderBy: { createdAt: 'desc' },
    }),
  }),
}));
