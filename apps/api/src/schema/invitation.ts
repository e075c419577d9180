import type { Invitation as Row } from '@project-sync/db/prisma';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { tenantId } from '../graphql/ids.ts';
import { mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { requireRole } from '../graphql/require-role.ts';
import { Project } from './project.ts';
import { ProjectRole } from './project-role.ts';

const Invitation = builder.prismaObject('Invitation', {
  description: 'An invitation that has not been accepted yet. Its link was returned once and is not stored.',
  fields: (t) => ({
    id: t.globalID({
      description: 'The ID of the invitation, for revokeInvitation.',
      resolve: ({ projectId, id }) => ({ id: `${projectId}:${id}`, type: 'Invitation' }),
    }),
    email: t.exposeString('email', {
      nullable: true,
      description: 'The e-mail address the invited person will sign in with.',
    }),
    role: t.expose('role', { type: ProjectRole, description: 'The role the person gets on joining.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time it was written.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'The time it expires.' }),
    invitedBy: t.prismaField({
      type: 'User',
      nullable: true,
      description: 'The owner who wrote it; null once they have left the project.',
      resolve: (query, { invitedBy: id }, _args, { prisma }) =>
        prisma.user.findUnique({ ...query, where: { id } }),
    }),
  }),
});

builder.prismaObjectField(Project, 'invitations', (t) =>
  t.prismaField({
    type: [Invitation],
    authScopes: { scope: 'ADMIN' },
    select: { id: true },
    description:
      'The open invitations to the project, newest first, 100 at most; none for members who are no owners. Needs the scope ADMIN.',
    // Only owners can read the table at all.
    resolve: (query, { id: projectId }, _args, { prisma }) =>
      prisma.invitation.findMany({
        ...query,
        where: { projectId, acceptedAt: null, expiresAt: { gt: new Date() } },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: 100,
      }),
  }),
);

const RevokeInvitationInput = builder.inputType('RevokeInvitationInput', {
  description: 'The invitation to revoke.',
  fields: (t) => ({
    invitationId: t.id({ required: true, description: 'The ID of the invitation to revoke.' }),
  }),
});

interface Revoked extends Pick<Row, 'projectId'> {
  readonly invitationId: string;
}

builder.mutationField('revokeInvitation', (t) =>
  t.field({
    type: mutationResult<Revoked>('RevokeInvitation', {
      description: 'The link of the invitation opens nothing any more.',
      fields: (success) => ({
        invitationId: success.id({
          description: 'The ID of the invitation that was revoked.',
          resolve: ({ invitationId }) => invitationId,
        }),
        project: success.prismaField({
          type: 'Project',
          description: 'The project it invited to.',
          resolve: (query, { projectId: id }, _args, { prisma }) =>
            prisma.project.findUniqueOrThrow({ ...query, where: { id } }),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Revokes an invitation that has not been accepted. An invitation also ends when the owner who wrote it leaves, loses the role or is shut out. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({ type: RevokeInvitationInput, required: true, description: 'The invitation to revoke.' }),
    },
    resolve: (_root, { input }, context) => revoke(input.invitationId, context),
  }),
);

async function revoke(invitationId: string, context: ApiContext): Promise<Failure | Revoked> {
  const key = tenantId(invitationId, 'Invitation');
  if (key === null) return notFound('invitation');
  const refused = await requireRole(context, key.projectId, 'OWNER');
  if (refused !== null) return refused.code === 'PROJECT_NOT_FOUND' ? notFound('invitation') : refused;
  const { count } = await context.prisma.invitation.deleteMany({ where: { ...key, acceptedAt: null } });
  return count === 0 ? notFound('invitation') : { projectId: key.projectId, invitationId };
}
