import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { tenantId, textOf } from '../graphql/ids.ts';
import { LONGEST_RULES } from './ignore-preview.ts';
import { mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { requireRole } from '../graphql/require-role.ts';

/** A week. */
const LONGEST_POLL_MINUTES = 10_080;

interface RepositoryKey {
  readonly projectId: string;
  readonly id: string;
}

const UpdateRepositoryInput = builder.inputType('UpdateRepositoryInput', {
  description: 'The repository to change. What is left out stays as it is.',
  fields: (t) => ({
    repositoryId: t.id({ required: true, description: 'The ID of the repository to change.' }),
    defaultBranch: t.string({
      required: false,
      description: 'The branch that pages, searches and syncs use where none is named. It must be stored.',
    }),
    pollMinutes: t.int({
      required: false,
      description:
        'How often the stored branches are looked at, in minutes up to a week; 0 for never, null as the server does.',
    }),
    ignoreRules: t.string({
      required: false,
      description: `Rules about paths, written like a .gitignore, ${LONGEST_RULES.toLocaleString('en')} characters at most; empty for none. They are in effect from the next sync of a branch on. \`Snapshot.ignorePreview\` says before what they change.`,
    }),
  }),
});

builder.mutationField('updateRepository', (t) =>
  t.field({
    type: mutationResult<RepositoryKey>('UpdateRepository', {
      description: 'The repository was changed.',
      fields: (success) => ({
        repository: success.prismaField({
          type: 'Repository',
          description: 'The repository with its new values.',
          resolve: (query, key, _args, { prisma }) =>
            prisma.repository.findUniqueOrThrow({ ...query, where: { projectId_id: key } }),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Chooses the default branch of a repository here, where the source keeps its own, how often it is looked at, and rules about its paths. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({
        type: UpdateRepositoryInput,
        required: true,
        description: 'The repository, and its changes.',
      }),
    },
    resolve: (_root, { input }, context) => update(input, context),
  }),
);

async function update(
  input: typeof UpdateRepositoryInput.$inferInput,
  { prisma, ...context }: ApiContext,
): Promise<Failure | RepositoryKey> {
  const key = tenantId(input.repositoryId, 'Repository');
  const found = key === null ? null : await prisma.repository.findUnique({ where: { projectId_id: key } });
  if (found === null || found.removedAt !== null) return notFound('repository');
  const { projectId, id } = found;
  const refused = await requireRole({ prisma, viewer: context.viewer }, projectId, 'OWNER');
  if (refused !== null) return refused;
  const { pollMinutes, rules } = checked(input);
  const name = input.defaultBranch == null ? null : textOf(input.defaultBranch);
  const branch =
    name === null
      ? null
      : await prisma.branch.findFirst({
          where: { projectId, repositoryId: id, name, removedAt: null, head: { gt: 0 } },
          select: { id: true },
        });
  if (name !== null && branch === null) return notFound('branch');
  await prisma.repository.update({
    where: { projectId_id: { projectId, id } },
    data: {
      ...(name === null ? {} : { defaultBranch: name }),
      ...(pollMinutes === undefined ? {} : { pollMinutes }),
      ...(rules === null || rules === found.ignoreRules
        ? {}
        : { ignoreRules: rules, rulesVersion: { increment: 1 } }),
    },
  });
  return { projectId, id };
}

/** Refuses values that no form of the product sends. */
function checked({ pollMinutes, ignoreRules }: typeof UpdateRepositoryInput.$inferInput) {
  if (pollMinutes != null && (pollMinutes < 0 || pollMinutes > LONGEST_POLL_MINUTES))
    throw apiError(
      'BAD_USER_INPUT',
      `A repository is looked at every 1 to ${LONGEST_POLL_MINUTES} minutes, or never.`,
    );
  const rules = textOf(ignoreRules);
  if (rules !== null && rules.length > LONGEST_RULES)
    throw apiError('BAD_USER_INPUT', `Rules have ${LONGEST_RULES} characters at most.`);
  return { pollMinutes, rules };
}
