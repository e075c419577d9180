import { builder } from '../graphql/builder.ts';
import { textOf } from '../graphql/ids.ts';

/** A person who signs in. */
export const User = builder.prismaNode('User', {
  nullable: true,
  id: { field: 'id' },
  findUnique: (id) => ({ id: textOf(id) }),
  description: 'A person who signs in to this server.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The display name of the user.' }),
    email: t.exposeString('email', { description: 'The e-mail address the user signs in with.' }),
  }),
});

builder.queryField('viewer', (t) =>
  t.prismaField({
    type: User,
    nullable: true,
    description:
      'The user whose session or API key the request carries; null without valid credentials. Needs no scope.',
    resolve: (query, _root, _args, { viewer, prisma }) =>
      viewer === null ? null : prisma.user.findUnique({ ...query, where: { id: viewer.userId } }),
  }),
);
