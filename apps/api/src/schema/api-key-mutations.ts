import { randomUUID } from 'node:crypto';
import { announceRevoked, revokeKey } from '@project-sync/db';
import { hashApiKey, newApiKey, prefixOf, scopes } from '../auth/api-key.ts';
import { builder } from '../graphql/builder.ts';
import type { ApiContext, Viewer } from '../graphql/context.ts';
import { localId, projectIdOf, textOf, uuidOrNothing } from '../graphql/ids.ts';
import { failed, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { requireRole } from '../graphql/require-role.ts';
import { ApiKey, ApiScope } from './api-key.ts';

interface KeyId {
  readonly apiKeyId: string;
}
interface Created extends KeyId {
  readonly key: string;
  /** For the audit log. */
  readonly subject: string;
  readonly projectId: string | null;
}

/** The most valid keys that one user may have. */
const MOST_KEYS = 200;

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'The name, scopes and limits of a new API key.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'A name that says what the key is for, 1 to 100 characters.',
    }),
    scopes: t.field({
      type: [ApiScope],
      required: true,
      description: 'The scopes of the key, at least one. Each includes the smaller ones.',
    }),
    projectId: t.id({
      required: false,
      description: "The ID of the only project the key can use; all of the owner's projects by default.",
    }),
    expiresAt: t.field({
      type: 'DateTime',
      required: false,
      description: 'The time the key expires; never by default.',
    }),
  }),
});

builder.mutationField('createApiKey', (t) =>
  t.field({
    type: mutationResult<Created>('CreateApiKey', {
      description: 'The API key was created.',
      fields: (success) => ({
        key: success.exposeString('key', {
          description: 'The key itself. It is returned only here: store it safely.',
        }),
        apiKey: success.prismaField({
          type: ApiKey,
          description: 'The stored facts about the key.',
          resolve: (query, { apiKeyId: id }, _args, { prisma }) =>
            prisma.apiKey.findUniqueOrThrow({ ...query, where: { id } }),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Creates an API key, which can never do more than the viewer who creates it. One made with a key expires and is revoked with that key. Needs the scope ADMIN.',
    args: {
      input: t.arg({
        type: CreateApiKeyInput,
        required: true,
        description: 'The name, scopes and limits of the key.',
      }),
    },
    resolve: (_root, { input }, context) => create(input, context),
  }),
);

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'The API key to revoke.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The ID of the API key to revoke.' }) }),
});

builder.mutationField('revokeApiKey', (t) =>
  t.field({
    type: mutationResult<KeyId>('RevokeApiKey', {
      description: 'The API key no longer works.',
      fields: (success) => ({
        apiKey: success.prismaField({
          type: ApiKey,
          description: 'The API key that was revoked.',
          resolve: (query, { apiKeyId: id }, _args, { prisma }) =>
            prisma.apiKey.findUniqueOrThrow({ ...query, where: { id } }),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Revokes an API key and every key made with it at once, and ends the streams they opened. An OWNER may also revoke keys of others that are bound to the project. Needs the scope ADMIN.',
    args: {
      input: t.arg({ type: RevokeApiKeyInput, required: true, description: 'The API key to revoke.' }),
    },
    resolve: (_root, { input }, context) => revoke(input.id, context),
  }),
);

async function create(
  input: typeof CreateApiKeyInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Created> {
  const { viewer, prisma } = context;
  if (viewer === null) return notFound('project');
  const name = textOf(input.name).trim();
  const invalid = invalidKey(name, input);
  if (invalid !== null) return invalid;
  const projectId = input.projectId == null ? viewer.projectId : projectIdOf(input.projectId);
  const refused = input.projectId == null ? null : await refusedProject(projectId, context);
  if (refused !== null) return refused;
  if (viewer.projectId !== null && projectId !== viewer.projectId) return notFound('project');
  const maker = await makerOf(context);
  if ('failure' in maker) return maker;
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
      expiresAt: earlier(input.expiresAt ?? null, maker.expiresAt),
      madeByKeyId: maker.keyId,
    },
  });
  return { key, apiKeyId: id, subject: id, projectId };
}

interface Maker {
  /** Null for a session. */
  readonly keyId: string | null;
  readonly expiresAt: Date | null;
}

/** The key that makes another one, which cannot outlive it; or the failure of a user who has too many keys. */
async function makerOf({ viewer, database: { prisma } }: ApiContext): Promise<Maker | Failure> {
  const held = await prisma.apiKey.count({
    where: {
      ownerId: viewer?.userId ?? '',
      revokedAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
    },
  });
  if (held >= MOST_KEYS)
    return failed(
      'ConflictError',
      'TOO_MANY_KEYS',
      `You have ${held} keys, the most that one user may. Revoke one first.`,
    );
  if (viewer?.credential.kind !== 'key') return { keyId: null, expiresAt: null };
  const { id } = viewer.credential;
  const maker = await prisma.apiKey.findUnique({ where: { id }, select: { expiresAt: true } });
  return { keyId: id, expiresAt: maker?.expiresAt ?? null };
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

function invalidKey(
  name: string,
  input: { readonly scopes: readonly unknown[]; readonly expiresAt?: Date | null | undefined },
): Failure | null {
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
  return null;
}

function refusedProject(projectId: string | null, context: ApiContext): Promise<Failure | null> {
  return projectId === null
    ? Promise.resolve(notFound('project'))
    : requireRole(context, projectId, 'VIEWER');
}

interface Revoked extends KeyId {
  readonly projectId: string | null;
}

async function revoke(globalId: string, context: ApiContext): Promise<Failure | Revoked> {
  const id = localId(globalId, 'ApiKey');
  const key =
    id === null ? null : await context.prisma.apiKey.findUnique({ where: { id: uuidOrNothing(id) } });
  // Row-level security shows a caller their own keys, and to an owner those of the project.
  if (key === null || !canRevoke(key, context.viewer)) return notFound('api key');
  const ended = await revokeKey(context.database.system, key.id);
  await Promise.all(ended.map((each) => announceRevoked(context.database, each)));
  return { apiKeyId: key.id, projectId: key.projectId };
}

/** A key that is bound to a project manages only the keys of that project. */
function canRevoke(key: { readonly projectId: string | null }, viewer: Viewer | null): boolean {
  return viewer !== null && (viewer.projectId === null || key.projectId === viewer.projectId);
}
