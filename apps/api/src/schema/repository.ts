import { randomUUID } from 'node:crypto';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import { parseTenantId } from '../graphql/ids.ts';
import { checkForwardPage, checkRowPage } from '../graphql/pagination.ts';
import { branchesOf, branchOf, keptBranchesOf } from './branch-lookup.ts';
import { Branch, branchConnection } from './branch.ts';
import { countSyncsOf, syncFilter, syncsInRepository, syncsOf } from './sync-list.ts';

export const SourceProvider = builder.enumType('SourceProvider', {
  description: 'The way a repository is read.',
  values: {
    GITHUB: { description: "Through GitHub's API, on github.com or GitHub Enterprise." },
    GIT: { description: 'Through Git itself: from any Git server, or from a local folder.' },
  },
});

/** One Git repository that is connected to a project. */
export const Repository = builder.prismaNode('Repository', {
  nullable: true,
  id: { resolve: (repository) => `${repository.projectId}:${repository.id}` },
  findUnique: (id) => ({
    projectId_id: parseTenantId(id) ?? { projectId: randomUUID(), id: randomUUID() },
    removedAt: null,
  }),
  description: 'One Git repository that is connected to a project.',
  select: { projectId: true, id: true },
  fields: (t) => ({
    project: t.relation('project', { description: 'The project the repository is connected to.' }),
    provider: t.expose('provider', { type: SourceProvider, description: 'The way the repository is read.' }),
    url: t.exposeString('url', {
      description: 'The address of the repository at its source. It never contains a credential.',
    }),
    name: t.exposeString('name', { description: 'The short name of the repository, such as owner/name.' }),
    defaultBranch: t.exposeString('defaultBranch', {
      nullable: true,
      description: 'The default branch when the source was last asked; null if there was none.',
    }),
    ignoreRules: t.exposeString('ignoreRules', {
      description:
        'Rules about paths that are set here, written like a .gitignore. They come after those in `.gitattributes` and `.projectsyncignore`, and are in effect from the next sync of a branch on.',
    }),
    pollMinutes: t.exposeInt('pollMinutes', {
      nullable: true,
      description:
        'How often the stored branches of the repository are looked at, in minutes; 0 for never, null for `Instance.pollMinutes`.',
    }),
    branches: t.connection(
      {
        type: Branch,
        nullable: true,
        description:
          'The branches at the source, the default branch first. Every page asks the source; `keptBranches` does not. Null, with the reason in `errors`, where this source fails.',
        args: {
          query: t.arg.string({
            required: false,
            description: 'Only branches whose name contains this text, in any case.',
          }),
        },
        resolve: ({ projectId, id: repositoryId }, args, context) => {
          checkForwardPage(args);
          return branchesOf({ projectId, repositoryId }, args, context);
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
        resolve: ({ projectId, id: repositoryId }, args, context) => {
          checkForwardPage(args);
          return keptBranchesOf({ projectId, repositoryId }, args, context);
        },
      },
      ...branchConnection,
    ),
  }),
});

builder.prismaObjectFields(Repository, (t) => ({
  branch: t.field({
    type: Branch,
    nullable: true,
    description:
      'One branch by its exact name, at the source or stored from an earlier sync; null if it is neither.',
    args: {
      name: t.arg.string({ required: true, description: 'The name of the branch, without refs/heads/.' }),
    },
    resolve: ({ projectId, id: repositoryId }, { name }, context) =>
      branchOf({ projectId, repositoryId }, name, context),
  }),
  syncs: t.prismaConnection(
    {
      type: 'ProjectSync',
      cursor: 'projectId_id',
      description: 'The syncs of the repository, newest first unless `orderBy` says otherwise.',
      args: {
        branch: t.arg.string({ required: false, description: 'Only syncs of the branch with this name.' }),
        ...syncFilter,
      },
      totalCount: (repository, args, context) => countSyncsOf(syncsInRepository(repository, args), context),
      resolve: (query, repository, args, context) => {
        checkRowPage(args);
        return syncsOf(query, syncsInRepository(repository, args), context);
      },
    },
    ...connectionFor('ProjectSync'),
  ),
}));
