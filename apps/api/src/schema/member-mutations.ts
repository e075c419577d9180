import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { announceRevoked, changeRole, endProjectRights, removeMember } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { userIdOf } from '../graphql/ids.ts';
import { failed, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs } from '../graphql/require-role.ts';
import { projectResult } from './project-mutations.ts';
import { ProjectRole } from './project-role.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

interface ProjectKey {
  readonly projectId: string;
}
interface Invited extends ProjectKey {
  readonly link: string;
}
interface MemberKey extends ProjectKey {
  readonly userId: string;
}

const InviteMemberInput = builder.inputType('InviteMemberInput', {
  description: 'The person to invite, and the role in the project to give.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to invite to.' }),
    email: t.string({
      required: true,
      description: 'The e-mail address the person will sign in with, 320 characters at most.',
    }),
    role: t.field({
      type: ProjectRole,
      required: true,
      description: 'The role the person gets on joining.',
    }),
  }),
});

builder.mutationField('inviteMember', (t) =>
  t.field({
    type: mutationResult<Invited>('InviteMember', {
      description: 'The invitation was created and can be accepted for one week.',
      fields: (success) => ({
        link: success.exposeString('link', {
          description:
            'The address that accepts the invitation. It is returned only here: send it to the person.',
        }),
        project: success.prismaField({
          type: 'Project',
          description: 'The project the person is invited to.',
          resolve: (query, { projectId: id }, _args, { prisma }) =>
            prisma.project.findUniqueOrThrow({ ...query, where: { id } }),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Creates a link through which a person joins a project. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({
        type: InviteMemberInput,
        required: true,
        description: 'The person to invite, and the role to give.',
      }),
    },
    resolve: (_root, { input }, context) => invite(input, context),
  }),
);

const SetMemberRoleInput = builder.inputType('SetMemberRoleInput', {
  description: 'The member to change, and the new role.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project the user is a member of.' }),
    userId: t.id({ required: true, description: 'The ID of the user whose role changes.' }),
    role: t.field({ type: ProjectRole, required: true, description: 'The new role of the member.' }),
  }),
});

builder.mutationField('setMemberRole', (t) =>
  t.field({
    type: projectResult('SetMemberRole', 'The member has the new role.', 'The project of the member.'),
    authScopes: { scope: 'ADMIN' },
    description:
      'Changes the role of a member. The last owner cannot be changed. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({
        type: SetMemberRoleInput,
        required: true,
        description: 'The member to change, and the new role.',
      }),
    },
    resolve: (_root, { input }, context) => setRole(input, context),
  }),
);

const RemoveMemberInput = builder.inputType('RemoveMemberInput', {
  description: 'The member to remove from a project.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to remove the user from.' }),
    userId: t.id({ required: true, description: 'The ID of the user to remove.' }),
  }),
});

builder.mutationField('removeMember', (t) =>
  t.field({
    type: projectResult(
      'RemoveMember',
      'The user is no longer a member, and their streams have ended.',
      'The project the user was removed from.',
    ),
    authScopes: { scope: 'ADMIN' },
    description:
      'Removes a member from a project, with the invitations they wrote and their keys that are bound to it. The last owner cannot be removed. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({ type: RemoveMemberInput, required: true, description: 'The member to remove.' }),
    },
    resolve: (_root, { input }, context) => remove(input, context),
  }),
);

async function invite(
  input: typeof InviteMemberInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Invited> {
  const project = await projectAs('OWNER', input.projectId, context);
  if ('failure' in project) return project;
  const { projectId } = project;
  const email = input.email.trim().toLowerCase();
  if (!/^[^\s@\0]+@[^\s@\0]+$/.test(email) || email.length > 320)
    return failed('InvalidInputError', 'INVALID_EMAIL', 'This is not an e-mail address.');
  const token = randomBytes(24).toString('base64url');
  await context.prisma.invitation.create({
    data: {
      projectId,
      id: randomUUID(),
      email,
      role: input.role,
      invitedBy: context.viewer?.userId ?? '',
      expiresAt: new Date(Date.now() + WEEK_MS),
      tokenHash: createHash('sha256').update(token).digest('hex'),
    },
  });
  return { projectId, link: `${context.publicUrl}/invitation?token=${token}` };
}

async function setRole(
  input: typeof SetMemberRoleInput.$inferInput,
  context: ApiContext,
): Promise<Failure | ProjectKey> {
  const member = await memberToChange(input, context);
  if ('failure' in member) return member;
  if (!(await context.sql((sql) => changeRole(sql, member, input.role))))
    return lastOwnerOrNoMember(member, context);
  if (input.role !== 'OWNER') await endProjectRights(context.database, { ...member, isMember: true });
  return member;
}

async function remove(
  input: typeof RemoveMemberInput.$inferInput,
  context: ApiContext,
): Promise<Failure | ProjectKey> {
  const member = await memberToChange(input, context);
  if ('failure' in member) return member;
  if (!(await context.sql((sql) => removeMember(sql, member)))) return lastOwnerOrNoMember(member, context);
  await endProjectRights(context.database, { ...member, isMember: false });
  await announceRevoked(context.database, member.userId);
  return member;
}

async function memberToChange(
  input: { readonly projectId: string; readonly userId: string },
  context: ApiContext,
): Promise<Failure | MemberKey> {
  const project = await projectAs('OWNER', input.projectId, context);
  if ('failure' in project) return project;
  const userId = userIdOf(input.userId);
  return userId === null ? notFound('member') : { projectId: project.projectId, userId };
}

/** The reason a change of a member touched no row. */
async function lastOwnerOrNoMember(
  { projectId, userId }: MemberKey,
  { prisma }: ApiContext,
): Promise<Failure> {
  const member = await prisma.projectMember.findUnique({
    where: { projectId_userId: { projectId, userId } },
  });
  return member === null
    ? notFound('member')
    : failed('ConflictError', 'LAST_OWNER', 'A project needs an owner. Make another member one first.');
}
