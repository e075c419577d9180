import { randomUUID } from 'node:crypto';
import { connectRepository } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { Branch, branchConnection } from './branch.ts';
import { branchesOf, branchOf, keptBranchesOf } from './branch-lookup.ts';
import { parseTenantId, projectIdOf } from '../graphql/ids.ts';
import { checkForwardPage } from '../graphql/pagination.ts';
import { refusal } from './project.ts';
import { failed, failureOf, resultOf, type Failure } from '../graphql/mutation-result.ts';

export const SourceProvider = builder.enumType('SourceProvider', {
  description: 'GITHUB speaks to GitHub; GIT to any Git server, or to a local folder.',
  values: {
    GITHUB: { description: "GitHub's own interface." },
    GIT: { description: 'Git itself, over the network or in a local folder.' },
  },
});

/** Where a project's code comes from. */
export const Repository = builder.prismaNode('Repository', {
  nullable: true,
  id: { resolve: (repository) => `${repository.projectId}:${repository.id}` },
  findUnique: (id) => ({
    projectId_id: parseTenantId(id) ?? { projectId: randomUUID(), id: randomUUID() },
    removedAt: null,
  }),
  description: "Where a project's code comes from.",
  select: { projectId: true, id: true },
  fields: (t) => ({
    project: t.relation('project', { description: 'Whose it is.' }),
    provider: t.expose('provider', { type: SourceProvider, description: 'How it is read.' }),
    url: t.exposeString('url', { description: 'Never carries a credential.' }),
    name: t.exposeString('name', { description: 'Its short name.' }),
    defaultBranch: t.exposeString('defaultBranch', {
      nullable: true,
      description: 'The default branch when it was last looked at; null where there is none.',
    }),
    branches: t.connection(
      {
        type: Branch,
        description: 'Asked of the source, default branch first; `query` filters by substring.',
        args: { query: t.arg.string({ required: false, description: 'Only names that have this in them.' }) },
        resolve: async (repository, args, context) => {
          checkForwardPage(args);
          return branchesOf({ projectId: repository.projectId, repositoryId: repository.id }, args, context);
        },
      },
      ...branchConnection,
    ),
    keptBranches: t.connection(
      {
        type: Branch,
        description:
          'The branches with a stored snapshot, the most recently synced first. Answered from the database alone: it never asks the source.',
        args: {
          query: t.arg.string({
            required: false,
            description: 'Only branches whose name contains this text, in any case.',
          }),
        },
        resolve: (repository, args, context) => {
          checkForwardPage(args);
          return keptBranchesOf(
            { projectId: repository.projectId, repositoryId: repository.id },
            args,
            context,
          );
        },
      },
      ...branchConnection,
    ),
    branch: t.field({
      type: Branch,
      nullable: true,
      description: 'One branch by its name: as it is at the source, or as it was when it was last synced.',
      args: { name: t.arg.string({ required: true, description: 'Without refs/heads/.' }) },
      resolve: (repository, { name }, context) =>
        branchOf({ projectId: repository.projectId, repositoryId: repository.id }, name, context),
    }),
  }),
});

const ConnectRepositoryInput = builder.inputType('ConnectRepositoryInput', {
  description:
    '`url`: https://github.com/owner/name or owner/name for GITHUB; any Git URL or an allowed local folder for GIT. `token` is stored encrypted and never returned.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'Into which project.' }),
    provider: t.field({ type: SourceProvider, required: true, description: 'How it is read.' }),
    url: t.string({ required: true, description: 'Where it is.' }),
    token: t.string({ required: false, description: 'To read it with; never shown again.' }),
  }),
});
const ConnectRepositorySuccess = builder
  .objectRef<{ projectId: string; id: string }>('ConnectRepositorySuccess')
  .implement({
    description: 'The repository is connected.',
    fields: (t) => ({
      repository: t.prismaField({
        type: Repository,
        description: 'It.',
        resolve: (query, key, _args, { prisma }) =>
          prisma.repository.findUniqueOrThrow({ ...query, where: { projectId_id: key } }),
      }),
    }),
  });
const ConnectRepositoryResult = resultOf('ConnectRepository', ConnectRepositorySuccess);

builder.mutationField('connectRepository', (t) =>
  t.field({
    type: ConnectRepositoryResult,
    authScopes: { scope: 'WRITE' },
    description:
      'Connects a repository after a look at its source. One that is connected already is given back, with the new token.',
    args: { input: t.arg({ type: ConnectRepositoryInput, required: true, description: 'Which one.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | { projectId: string; id: string }> => {
      const projectId = projectIdOf(input.projectId);
      const refused = await refusal(context, projectId, 'EDITOR');
      if (refused !== null || projectId === null)
        return refused ?? failed('NotFoundError', 'PROJECT_NOT_FOUND', 'There is no such project.');
      const token = input.token == null || input.token.trim() === '' ? null : input.token.trim();
      try {
        const { url, name } = context.identify({ provider: input.provider, url: input.url });
        const source = await context.probe({ provider: input.provider, url, token });
        let defaultBranch: string | null;
        try {
          defaultBranch = await source.defaultBranch({ signal: AbortSignal.timeout(30_000) });
        } finally {
          await source.close();
        }
        const { provider } = input;
        const wanted = { projectId, id: randomUUID(), provider, url, name, defaultBranch };
        const kept = await context.sql((sql) => connectRepository(sql, wanted));
        if (token !== null) {
          const tokenCipher = new Uint8Array(context.seal.close(token, `${projectId}:${kept}`));
          await context.prisma.repository.update({
            where: { projectId_id: { projectId, id: kept } },
            data: { tokenCipher },
          });
        }
        return { projectId, id: kept };
      } catch (error) {
        return failureOf(error);
      }
    },
  }),
);
