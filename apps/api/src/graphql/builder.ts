import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { PrismaClient } from '@project-sync/db/prisma';
import { getDatamodel, type default as PrismaTypes } from '../generated/pothos-prisma.ts';
import { holds, type ApiScope } from '../auth/api-key.ts';
import type { ApiContext } from './context.ts';
import { apiError } from './errors.ts';

/** The one builder that each domain adds to. */
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
    // Each request has a client of its own; this one is only for what is loaded behind a field.
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
    // Nobody becomes somebody by a larger key: who is signed out is told to sign in.
    unauthorizedError: (_parent, { viewer }) =>
      viewer === null
        ? apiError('UNAUTHENTICATED', 'Sign in, or send a key as: Authorization: Bearer <key>.', 401)
        : apiError(
            'FORBIDDEN',
            'The key or session may not do this. Use one with the scope that this needs.',
          ),
    // Otherwise a subscription would look for what it is to follow before anybody asked who wants to.
    authorizeOnSubscribe: true,
  },
});

builder.queryType({ description: 'Everything that can be read. What belongs to others is not there.' });
builder.mutationType({
  description: 'Everything that can be changed. What can fail in an expected way is in each result.',
});
builder.subscriptionType({ description: 'What happens, as it happens.' });

builder.scalarType('DateTime', {
  description: 'ISO 8601, UTC, milliseconds.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const date = typeof value === 'string' ? new Date(value) : new Date(Number.NaN);
    if (Number.isNaN(date.getTime()))
      throw apiError('BAD_USER_INPUT', 'A time is written as 2026-01-31T12:00:00.000Z.');
    return date;
  },
});
builder.scalarType('GitObjectId', {
  description: 'Forty hexadecimal digits; sixty-four in a SHA-256 repository.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string' || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value))
      throw apiError('BAD_USER_INPUT', 'An object id has 40 or 64 hexadecimal digits.');
    return value;
  },
});
