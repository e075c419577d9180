import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { announceRevoked, changeRole, removeMember, requestRemoval } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { projectIdOf, userIdOf } from '../graphql/ids.ts';
import { Project, ProjectRole, refusal } from './project.ts';
import { failed, notFound, resultOf, type Failure } from '../graphql/mutation-result.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

const ProjectMember = builder.prismaObject('ProjectMember', {
  description: 'Somebody in a project.',
  fields: (t) => ({
    user: t.relation('user', { description: 'Who.' }),
    role: t.expose('role', { type: ProjectRole, description: 'What they may do.' }),
    since: t.expose('createdAt', { type: 'DateTime', description: 'Since when.' }),
  }),
});

builder.prismaObjectFields(Project, (t) => ({
  members: t.relation('members', {
    type: ProjectMember,
    query: { orderBy: { createdAt: 'asc' } },
    description: 'Who is in it, oldest first.',
  }),
}));

interface ProjectKey {
  readonly projectId: string;
}
function success(name: string, description: string) {
  return builder.objectRef<ProjectKey>(name).implement({
    description,
    fields: (t) => ({
      project: t.prismaField({
        type: Project,
        description: 'It.',
        resolve: (query, { projectId }, _args, { prisma }) =>
          prisma.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
      }),
    }),
  });
}
const InviteMemberSuccess = builder
  .objectRef<ProjectKey & { link: string }>('InviteMemberSuccess')
  .implement({
    description: 'The invitation stands for a week.',
    fields: (t) => ({
      link: t.exposeString('link', { description: 'To be given to whoever is invited: shown this once.' }),
      project: t.prismaField({
        type: Project,
        description: 'It.',
        resolve: (query, { projectId }, _args, { prisma }) =>
          prisma.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
      }),
    }),
  });
const InviteMemberResult = resultOf('InviteMember', InviteMemberSuccess);
const SetMemberRoleResult = resultOf(
  'SetMemberRole',
  success('SetMemberRoleSuccess', 'The role holds from now on.'),
);
const RemoveMemberResult = resultOf('RemoveMember', success('RemoveMemberSuccess', 'They are out.'));
const UpdateProjectResult = resultOf(
  'UpdateProject',
  success('UpdateProjectSuccess', 'It is called so now.'),
);
const RemoveProjectSuccess = builder.objectRef<{ removedId: string }>('RemoveProjectSuccess').implement({
  description: 'Nobody sees it any more; what it held is let go in the background.',
  fields: (t) => ({
    projectId: t.globalID({
      description: 'It.',
      resolve: ({ removedId }) => ({ id: removedId, type: 'Project' }),
    }),
  }),
});
const RemoveProjectResult = resultOf('RemoveProject', RemoveProjectSuccess);

const projectField = 'Which project.';
const InviteMemberInput = builder.inputType('InviteMemberInput', {
  description: 'Whom to invite.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: projectField }),
    email: t.string({ required: true, description: 'Where they will sign in.' }),
    role: t.field({ type: ProjectRole, required: true, description: 'What they will be allowed.' }),
  }),
});
const SetMemberRoleInput = builder.inputType('SetMemberRoleInput', {
  description: 'Whose role.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: projectField }),
    userId: t.id({ required: true, description: 'Who.' }),
    role: t.field({ type: ProjectRole, required: true, description: 'What they are allowed from now on.' }),
  }),
});
const RemoveMemberInput = builder.inputType('RemoveMemberInput', {
  description: 'Who leaves.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: projectField }),
    userId: t.id({ required: true, description: 'Who.' }),
  }),
});
const UpdateProjectInput = builder.inputType('UpdateProjectInput', {
  description: 'What it is called from now on.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: projectField }),
    name: t.string({ required: false, description: 'As people call it.' }),
    description: t.string({ required: false, description: 'What it is for.' }),
  }),
});
const RemoveProjectInput = builder.inputType('RemoveProjectInput', {
  description: 'Which project goes.',
  fields: (t) => ({ projectId: t.id({ required: true, description: 'It.' }) }),
});

builder.mutationFields((t) => ({
  inviteMember: t.field({
    type: InviteMemberResult,
    authScopes: { scope: 'ADMIN' },
    description: 'Makes a link by which somebody joins a project.',
    args: { input: t.arg({ type: InviteMemberInput, required: true, description: 'Whom.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | (ProjectKey & { link: string })> => {
      const projectId = projectIdOf(input.projectId);
      const refused = await refusal(context, projectId, 'OWNER');
      if (refused !== null || projectId === null) return refused ?? notFound('project');
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
    },
  }),
  setMemberRole: t.field({
    type: SetMemberRoleResult,
    authScopes: { scope: 'ADMIN' },
    description: 'Changes what a member may do. A project keeps at least one owner.',
    args: { input: t.arg({ type: SetMemberRoleInput, required: true, description: 'Whose.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | ProjectKey> => {
      const projectId = projectIdOf(input.projectId);
      const userId = userIdOf(input.userId);
      const refused = await refusal(context, projectId, 'OWNER');
      if (refused !== null || projectId === null || userId === null) return refused ?? notFound('member');
      if (await context.sql((sql) => changeRole(sql, { projectId, userId }, input.role)))
        return { projectId };
      const member = await context.prisma.projectMember.findUnique({
        where: { projectId_userId: { projectId, userId } },
      });
      return member === null
        ? notFound('member')
        : failed('ConflictError', 'LAST_OWNER', 'A project needs an owner. Make somebody else one first.');
    },
  }),
  removeMember: t.field({
    type: RemoveMemberResult,
    authScopes: { scope: 'ADMIN' },
    description: 'Takes somebody out of a project. A project keeps at least one owner.',
    args: { input: t.arg({ type: RemoveMemberInput, required: true, description: 'Who.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | ProjectKey> => {
      const projectId = projectIdOf(input.projectId);
      const userId = userIdOf(input.userId);
      const refused = await refusal(context, projectId, 'OWNER');
      if (refused !== null || projectId === null || userId === null) return refused ?? notFound('member');
      if (await context.sql((sql) => removeMember(sql, { projectId, userId }))) {
        await announceRevoked(context.database, userId);
        return { projectId };
      }
      const member = await context.prisma.projectMember.findUnique({
        where: { projectId_userId: { projectId, userId } },
      });
      return member === null
        ? notFound('member')
        : failed('ConflictError', 'LAST_OWNER', 'A project needs an owner. Make somebody else one first.');
    },
  }),
  updateProject: t.field({
    type: UpdateProjectResult,
    authScopes: { scope: 'WRITE' },
    description: 'Changes what a project is called.',
    args: { input: t.arg({ type: UpdateProjectInput, required: true, description: 'How.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | ProjectKey> => {
      const projectId = projectIdOf(input.projectId);
      const refused = await refusal(context, projectId, 'EDITOR');
      if (refused !== null || projectId === null) return refused ?? notFound('project');
      const name = input.name?.trim();
      if (name !== undefined && (name === '' || name.length > 200 || name.includes('\0')))
        return failed('InvalidInputError', 'INVALID_NAME', 'A project needs a name of 1 to 200 characters.');
      await context.prisma.project.update({
        where: { id: projectId },
        data: {
          ...(name === undefined ? {} : { name }),
          ...(input.description === undefined
            ? {}
            : { description: input.description?.replaceAll('\0', '') ?? null }),
        },
      });
      return { projectId };
    },
  }),
  removeProject: t.field({
    type: RemoveProjectResult,
    authScopes: { scope: 'ADMIN' },
    description: 'Removes a project for everyone.',
    args: { input: t.arg({ type: RemoveProjectInput, required: true, description: 'Which.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | { removedId: string }> => {
      const projectId = projectIdOf(input.projectId);
      const refused = await refusal(context, projectId, 'OWNER');
      if (refused !== null || projectId === null) return refused ?? notFound('project');
      const removal = {
        projectId,
        kind: 'project',
        id: projectId,
        actorId: context.viewer?.userId ?? null,
      } as const;
      await requestRemoval(context.database, context.jobs, removal);
      return { removedId: projectId };
    },
  }),
}));
