import { decideRule } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { tenantId } from '../graphql/ids.ts';
import { failed, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { requireRole } from '../graphql/require-role.ts';
import { Authority, Document } from './document.ts';
import { placeOf } from './document-place.ts';

interface Decided {
  readonly projectId: string;
  readonly branchId: string;
  readonly path: string;
}

const DecideRuleInput = builder.inputType('DecideRuleInput', {
  description: 'A path of a branch, and how far the files at it rule.',
  fields: (t) => ({
    repositoryId: t.id({ required: true, description: 'The ID of the repository.' }),
    branch: t.string({
      required: true,
      description: 'The name of a stored branch. The decision holds for no other.',
    }),
    path: t.string({
      required: true,
      description: 'A file such as docs/rules.md, or a folder such as docs/rules with all that lies in it.',
    }),
    authority: t.field({
      type: Authority,
      required: false,
      description:
        'How binding the files are. Null withdraws an earlier decision, and the conventions hold again.',
    }),
  }),
});

builder.mutationField('decideRule', (t) =>
  t.field({
    type: mutationResult<Decided>('DecideRule', {
      description: 'The decision was recorded and applied to the current snapshot.',
      fields: (success) => ({
        documents: success.field({
          type: [Document],
          description: 'The documents of the branch at the path, with the authority that they have now.',
          resolve: (decided, _args, context) => documentsAt(decided, context),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Decides whether files of a branch rule, and how far. This is the only way in which a file becomes MANDATORY: its own words and its name never make it so. The decision is kept with its author, and holds for later contents of the path on this branch alone. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({ type: DecideRuleInput, required: true, description: 'The path, and its authority.' }),
    },
    resolve: (_root, { input }, context) => decide(input, context),
  }),
);

async function decide(
  input: typeof DecideRuleInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Decided> {
  const key = tenantId(input.repositoryId, 'Repository');
  const repository =
    key === null ? null : await context.prisma.repository.findUnique({ where: { projectId_id: key } });
  if (repository === null || repository.removedAt !== null) return notFound('repository');
  const { projectId, id: repositoryId } = repository;
  const refused = await requireRole(context, projectId, 'OWNER');
  if (refused !== null) return refused;
  const userId = context.viewer?.userId;
  const branch = await context.prisma.branch.findUnique({
    where: { projectId_repositoryId_name: { projectId, repositoryId, name: input.branch } },
  });
  if (branch === null || branch.removedAt !== null || branch.head === 0 || userId === undefined)
    return notFound('branch');
  const place = placeOf({ path: input.path });
  if ('failure' in place) return place;
  if (place.path === '') return failed('InvalidInputError', 'INVALID_PATH', 'Name a file or a folder.');
  const decided = { projectId, branchId: branch.id, path: place.path };
  const isDone = await decideRule(context.database, {
    ...decided,
    authority: input.authority ?? null,
    userId,
  });
  return isDone ? decided : notFound('branch');
}

function documentsAt({ projectId, branchId, path }: Decided, { prisma }: ApiContext) {
  return prisma.document.findMany({
    where: {
      projectId,
      branchId,
      kind: 'REPOSITORY',
      superseded: null,
      // In byte order, what follows "a/" and precedes "a0" is below "a".
      OR: [{ path }, { path: { gte: `${path}/`, lt: `${path}0` } }],
    },
    orderBy: { path: 'asc' },
    take: 100,
  });
}
