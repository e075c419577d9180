import { countPeople, listPeople, type Person } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import { textOf } from '../graphql/ids.ts';
import { checkForwardPage, connectionOf, decodeCursor } from '../graphql/pagination.ts';
import { asOperator } from '../graphql/require-operator.ts';
import { Instance } from './instance.ts';

export const InstanceUser = builder.objectRef<Person>('InstanceUser').implement({
  description: 'A user as the operator of the server sees them.',
  fields: (t) => ({
    id: t.globalID({
      description: 'The ID of the user.',
      resolve: ({ id }) => ({ id, type: 'User' }),
    }),
    name: t.exposeString('name', { description: 'The display name of the user.' }),
    email: t.exposeString('email', { description: 'The e-mail address the user signs in with.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'The time of the first sign-in or invitation.',
    }),
    isOperator: t.exposeBoolean('isOperator', {
      description: 'Whether the user is an operator of this server.',
    }),
    mayCreateProjects: t.boolean({
      description: 'Whether the user may create projects, as every operator may.',
      resolve: (person) => person.isOperator || person.mayCreateProjects,
    }),
    shutOutAt: t.expose('shutOutAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time the user was shut out of this server; null if they may sign in.',
    }),
    projectCount: t.exposeInt('projects', {
      description: 'The number of projects the user is a member of.',
    }),
  }),
});

builder.objectField(Instance, 'users', (t) =>
  t.connection(
    {
      type: InstanceUser,
      authScopes: { scope: 'ADMIN' },
      description:
        'The users of this server, ordered by e-mail address. For operators. Needs the scope ADMIN.',
      args: {
        query: t.arg.string({
          required: false,
          description: 'Only users whose name or e-mail address contains this text, in any case.',
        }),
      },
      resolve: async (_instance, args, context) => {
        await asOperator(context);
        checkForwardPage(args);
        const first = args.first ?? 20;
        const query = textOf(args.query);
        const list = `users ${query ?? ''}`;
        const after = decodeCursor(args.after, list);
        const rows = await listPeople(context.database, { query, after, limit: first + 1 });
        return connectionOf(rows, first, ({ email }) => email, {
          list,
          after: after !== null,
          total: () => countPeople(context.database, query),
        });
      },
    },
    ...connectionFor('InstanceUser'),
  ),
);
