import { randomUUID } from 'node:crypto';
import { holds } from '../auth/api-key.ts';
import { builder } from '../graphql/builder.ts';
import { uuidOrNothing } from '../graphql/ids.ts';

export const ApiScope = builder.enumType('ApiScope', {
  description: 'The rights of an API key. ADMIN includes WRITE, WRITE includes SYNC, and SYNC includes READ.',
  values: {
    READ: { description: 'Read everything the owner of the key may see.' },
    SYNC: { description: 'Start, cancel and restore syncs, and verify branches. Includes READ.' },
    WRITE: {
      description: 'Create projects, connect repositories, and write notes and documents. Includes SYNC.',
    },
    ADMIN: { description: 'Manage API keys and members, and remove things. Includes WRITE.' },
  },
});

export const ApiKey = builder.prismaNode('ApiKey', {
  nullable: true,
  id: { field: 'id' },
  // Keys are visible to callers who manage them, by any path; a key bound to a project sees only keys of that project.
  findUnique: (id, { viewer }) => ({
    id: viewer !== null && holds(viewer.scopes, 'ADMIN') ? uuidOrNothing(id) : randomUUID(),
    ...(viewer?.projectId == null ? {} : { projectId: viewer.projectId }),
  }),
  description: 'The credential of a program. The key itself is shown once, on creation, and is not stored.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name its owner gave the key.' }),
    prefix: t.exposeString('prefix', {
      description: 'The first characters of the key, to tell keys apart.',
    }),
    scopes: t.expose('scopes', { type: [ApiScope], description: 'The scopes the key was created with.' }),
    project: t.relation('project', {
      nullable: true,
      description: 'The only project the key can use; null for all projects of its owner.',
    }),
    owner: t.relation('owner', { description: 'The user whose rights the key has.' }),
    madeByKey: t.boolean({
      select: { madeByKeyId: true },
      description: 'Whether another key made this one: it then ends with that key.',
      resolve: ({ madeByKeyId }) => madeByKeyId !== null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time the key was created.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time the key expires; null if it never does.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The approximate time the key was last used; null if it never was.',
    }),
  }),
});

builder.queryField('apiKeys', (t) =>
  t.prismaField({
    type: [ApiKey],
    authScopes: { scope: 'ADMIN' },
    description: "The viewer's own API keys that are not revoked, newest first. Needs the scope ADMIN.",
    resolve: (query, _root, _args, { prisma, viewer }) => {
      const bound = viewer?.projectId == null ? {} : { projectId: viewer.projectId };
      const where = { ownerId: viewer?.userId ?? '', revokedAt: null, ...bound };
      return prisma.apiKey.findMany({ ...query, where, orderBy: { createdAt: 'desc' } });
    },
  }),
);
