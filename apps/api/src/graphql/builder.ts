import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { PrismaClient } from '@project-sync/db/prisma';
import { getDatamodel, type default as PrismaTypes } from '../generated/pothos-prisma.ts';
import { holds, type ApiScope } from '../auth/api-key.ts';
import type { ApiContext } from './context.ts';
import { apiError } from './errors.ts';

/** The schema builder, to which each domain adds its types and fields. */
export const builder = new SchemaBuilder<{
  Context: ApiContext;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  AuthScopes: { scope: ApiScope };
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    GitObjectId: { Input: string; Output: string };
    ID: { Input: string; Output: string };
  };
}>({
  plugins: [ScopeAuthPlugin, PrismaPlugin, RelayPlugin],
  defaultFieldNullability: false,
  prisma: {
    // Each request has its own client, which is limited to the caller's projects.
    client: (context: ApiContext): PrismaClient => context.prisma,
    dmmf: getDatamodel(),
    onUnusedQuery: null,
  },
  relay: {
    nodesOnConnection: true,
    nodeQueryOptions: { nullable: true },
    nodesQueryOptions: { nullable: { list: false, items: true } },
  },
  scopeAuth: {
    authScopes: (context) => ({
      scope: (needed) => context.viewer !== null && holds(context.viewer.scopes, needed),
    }),
    // A caller without credentials cannot help it with another scope: ask for a sign-in first.
    unauthorizedError: (_parent, { viewer }) =>
      viewer === null
        ? apiError('UNAUTHENTICATED', 'Sign in, or send a key as: Authorization: Bearer <key>.', 401)
        : apiError(
            'FORBIDDEN',
            'The key or session may not do this. Use one with the scope that this needs.',
          ),
    // Without this a subscription would read what it follows before its caller was checked.
    authorizeOnSubscribe: true,
  },
});

builder.queryType({
  description: 'Everything a caller can read. Projects of other tenants look as if they did not exist.',
});
builder.mutationType({
  description:
    'Everything a caller can change. Each mutation returns a union of its success and the failures to expect.',
});
builder.subscriptionType({
  description: 'Live events, over Server-Sent Events or the graphql-transport-ws protocol.',
});

builder.scalarType('DateTime', {
  description: 'A point in time as ISO 8601 text in UTC with milliseconds, such as 2026-01-31T12:00:00.000Z.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const date = typeof value === 'string' ? new Date(value) : new Date(Number.NaN);
    if (Number.isNaN(date.getTime()))
      throw apiError('BAD_USER_INPUT', 'A time is written as 2026-01-31T12:00:00.000Z.');
    return date;
  },
});
builder.scalarType('GitObjectId', {
  description: 'A Git object ID as lower-case hexadecimal digits: 40 of them, or 64 in a SHA-256 repository.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string' || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value))
      throw apiError('BAD_USER_INPUT', 'An object id has 40 or 64 hexadecimal digits.');
    return value;
  },
});
