import { setMailNotices } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { failed, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs } from '../graphql/require-role.ts';
import { Instance } from './instance.ts';
import { Project } from './project.ts';
import { projectResult } from './project-mutations.ts';

const MailNotices = builder.enumType('MailNotices', {
  description: 'The syncs of a project that a member is sent mails about.',
  values: {
    NONE: { description: 'No mails are sent to the member.' },
    FAILURES: { description: 'Mails are sent about syncs that failed.' },
    ALL: {
      description:
        'Mails are sent about syncs that failed or are complete, and about branches that are behind. A scheduled sync that found nothing new is no news.',
    },
  },
});

builder.objectField(Instance, 'sendsMail', (t) =>
  t.exposeBoolean('sendsMail', {
    description: 'Whether this server can send members mails about syncs (`Project.mailNotices`).',
  }),
);

builder.prismaObjectField(Project, 'mailNotices', (t) =>
  t.field({
    type: MailNotices,
    description:
      "The syncs of the project that the request's user is sent mails about, where `Instance.sendsMail`.",
    resolve: async ({ id: projectId }, _args, { prisma, viewer }) => {
      const member = await prisma.projectMember.findUnique({
        where: { projectId_userId: { projectId, userId: viewer?.userId ?? '' } },
        select: { mailNotices: true },
      });
      return member?.mailNotices ?? 'NONE';
    },
  }),
);

const SetMailNoticesInput = builder.inputType('SetMailNoticesInput', {
  description: 'A project, and the syncs of it to be sent mails about.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project.' }),
    notices: t.field({ type: MailNotices, required: true, description: 'The syncs to be sent mails about.' }),
  }),
});

builder.mutationField('setMailNotices', (t) =>
  t.field({
    type: projectResult(
      'SetMailNotices',
      'The choice of the user is stored.',
      'The project whose mails were chosen.',
    ),
    authScopes: { scope: 'WRITE' },
    description:
      "Chooses the syncs of a project that the request's user is sent mails about. It is each member's own choice. Needs the scope WRITE and the role VIEWER.",
    args: {
      input: t.arg({
        type: SetMailNoticesInput,
        required: true,
        description: 'The project, and the choice.',
      }),
    },
    resolve: (_root, { input }, context) => choose(input, context),
  }),
);

async function choose(
  { projectId, notices }: typeof SetMailNoticesInput.$inferInput,
  context: ApiContext,
): Promise<Failure | { readonly projectId: string }> {
  const project = await projectAs('VIEWER', projectId, context);
  if ('failure' in project) return project;
  if (notices !== 'NONE' && !context.sendsMail)
    return failed(
      'ConflictError',
      'MAIL_NOT_CONFIGURED',
      'This server sends no mail. Its operator can set SMTP_URL.',
    );
  const userId = context.viewer?.userId ?? '';
  const member = { projectId: project.projectId, userId };
  return (await setMailNotices(context.database.system, member, notices)) ? project : notFound('project');
}
