import { builder } from '../graphql/builder.ts';
import { textOf } from '../graphql/ids.ts';

/** A person. */
export const User = builder.prismaNode('User', {
  nullable: true,
  id: { field: 'id' },
  findUnique: (id) => ({ id: textOf(id) }),
  description: 'A person.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As they want to be called.' }),
    email: t.exposeString('email', { description: 'Where they sign in.' }),
  }),
});

builder.queryField('viewer', (t) =>
  t.prismaField({
    type: User,
    nullable: true,
    description: "Who the request's session or API key speaks for; null when it carries neither.",
    resolve: (query, _root, _args, { viewer, prisma }) =>
      viewer === null ? null : prisma.user.findUnique({ ...query, where: { id: viewer.userId } }),
  }),
);
