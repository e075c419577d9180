import {
  announceRevoked,
  changeRights,
  findPerson,
  letPersonIn,
  setOperatorAccess,
  shutPersonOut,
  type Person,
} from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { projectIdOf, userIdOf } from '../graphql/ids.ts';
import { failed, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { requireOperator } from '../graphql/require-operator.ts';
import { InstanceUser } from './instance-user.ts';

interface Changed {
  readonly person: Person;
}

/** The result of a mutation whose success returns a user of the server. */
function personResult(mutation: string, description: string) {
  return mutationResult<Changed>(mutation, {
    description,
    fields: (t) => ({
      user: t.field({
        type: InstanceUser,
        description: 'The user with their new rights.',
        resolve: ({ person }) => person,
      }),
    }),
  });
}

const SetUserRightsInput = builder.inputType('SetUserRightsInput', {
  description: 'The user to change, and their new rights on the server. What is left out stays.',
  fields: (t) => ({
    userId: t.id({ required: true, description: 'The ID of the user whose rights change.' }),
    isOperator: t.boolean({ required: false, description: 'Whether the user is an operator.' }),
    mayCreateProjects: t.boolean({
      required: false,
      description: 'Whether the user may create projects.',
    }),
  }),
});

builder.mutationField('setUserRights', (t) =>
  t.field({
    type: personResult('SetUserRights', 'The user has the new rights.'),
    authScopes: { scope: 'ADMIN' },
    description:
      'Changes the rights of a user on this server. The last operator stays one. For operators. Needs the scope ADMIN.',
    args: {
      input: t.arg({ type: SetUserRightsInput, required: true, description: 'The user, and their rights.' }),
    },
    resolve: async (_root, { input }, context) =>
      change(input.userId, context, (userId) =>
        changeRights(context.database, userId, {
          isOperator: input.isOperator ?? undefined,
          mayCreateProjects: input.mayCreateProjects ?? undefined,
        }),
      ),
  }),
);

const ShutUserOutInput = builder.inputType('ShutUserOutInput', {
  description: 'The user to shut out.',
  fields: (t) => ({
    userId: t.id({ required: true, description: 'The ID of the user to shut out.' }),
  }),
});

builder.mutationField('shutUserOut', (t) =>
  t.field({
    type: personResult(
      'ShutUserOut',
      'The user is shut out, and their sessions, keys and streams have ended.',
    ),
    authScopes: { scope: 'ADMIN' },
    description:
      'Shuts a user out of this server at once: their sessions, keys and open invitations end, and they cannot sign in or accept an invitation. The last operator stays. For operators. Needs the scope ADMIN.',
    args: {
      input: t.arg({ type: ShutUserOutInput, required: true, description: 'The user to shut out.' }),
    },
    resolve: async (_root, { input }, context) => {
      const changed = await change(input.userId, context, (userId) =>
        shutPersonOut(context.database, userId),
      );
      if (!('failure' in changed)) await announceRevoked(context.database, changed.person.id);
      return changed;
    },
  }),
);

const LetUserInInput = builder.inputType('LetUserInInput', {
  description: 'The user to let in again.',
  fields: (t) => ({
    userId: t.id({ required: true, description: 'The ID of the user who was shut out.' }),
  }),
});

builder.mutationField('letUserIn', (t) =>
  t.field({
    type: personResult('LetUserIn', 'The user may sign in again.'),
    authScopes: { scope: 'ADMIN' },
    description:
      'Lets a user in who was shut out. Keys that ended stay ended. For operators. Needs the scope ADMIN.',
    args: { input: t.arg({ type: LetUserInInput, required: true, description: 'The user to let in.' }) },
    resolve: async (_root, { input }, context) =>
      change(input.userId, context, (userId) => letPersonIn(context.database, userId)),
  }),
);

const SetOperatorAccessInput = builder.inputType('SetOperatorAccessInput', {
  description: "The project, and whether it may use the server's own token and folders.",
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to change.' }),
    isAllowed: t.boolean({
      required: true,
      description:
        "Whether its editors may connect repositories by the server's GitHub token, and in its local folders.",
    }),
  }),
});

interface Allowed {
  readonly projectId: string;
  readonly isAllowed: boolean;
}

builder.mutationField('setOperatorAccess', (t) =>
  t.field({
    type: mutationResult<Allowed>('SetOperatorAccess', {
      description: 'The access of the project was changed.',
      fields: (success) => ({
        projectId: success.globalID({
          description: 'The ID of the project.',
          resolve: ({ projectId: id }) => ({ id, type: 'Project' }),
        }),
        isAllowed: success.exposeBoolean('isAllowed', {
          description: "Whether the project may use the server's own token and folders now.",
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      "Says whether a project may read by the server's GitHub token and in its local folders. Taking it away also ends it for repositories that are connected. For operators. Needs the scope ADMIN.",
    args: {
      input: t.arg({
        type: SetOperatorAccessInput,
        required: true,
        description: 'The project, and its access.',
      }),
    },
    resolve: (_root, { input }, context) => allow(input, context),
  }),
);

async function allow(
  { projectId: globalId, isAllowed }: typeof SetOperatorAccessInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Allowed> {
  const refused = await requireOperator(context);
  if (refused !== null) return refused;
  const projectId = projectIdOf(globalId);
  if (projectId === null || !(await setOperatorAccess(context.database, projectId, isAllowed)))
    return notFound('project');
  return { projectId, isAllowed };
}

async function change(
  globalId: string,
  context: ApiContext,
  apply: (userId: string) => Promise<boolean>,
): Promise<Failure | Changed> {
  const refused = await requireOperator(context);
  if (refused !== null) return refused;
  const userId = userIdOf(globalId);
  if (userId === null) return notFound('user');
  const isChanged = await apply(userId);
  const person = await findPerson(context.database, userId);
  if (person === null) return notFound('user');
  return isChanged
    ? { person }
    : failed('ConflictError', 'LAST_OPERATOR', 'This server needs an operator. Make another user one first.');
}
