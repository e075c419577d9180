import type { Prisma } from '@project-sync/db/prisma';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { textOf, uuidOrNothing } from '../graphql/ids.ts';
import { checkRowPage } from '../graphql/pagination.ts';
import { ApiKey } from './api-key.ts';
import { Authority } from './document.ts';
import { ProjectMember } from './member.ts';
import { PatternKind } from './pattern.ts';
import { ProjectRole } from './project-role.ts';
import { countSyncsOf, syncsInProject, syncFilter, syncsOf } from './sync-list.ts';

/** A team's container of repositories, members and keys: the tenant. */
export const Project = builder.prismaNode('Project', {
  nullable: true,
  id: { field: 'id' },
  findUnique: (id) => ({ id: uuidOrNothing(id) }),
  description:
    "A team's repositories, and everything known about their code. Only its members and their keys can see it.",
  fields: (t) => ({
    slug: t.exposeString('slug', {
      description: 'The name of the project in addresses: unique on this server, and never changed.',
    }),
    name: t.exposeString('name', { description: 'The display name of the project.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'A free text on the purpose of the project; null if there is none.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time the project was created.' }),
    embeddingModel: t.exposeString('embeddingModel', {
      nullable: true,
      description: 'The embedding model whose vectors search uses now; null before the first embedding.',
    }),
    viewerRole: t.field({
      type: ProjectRole,
      description: "The role of the request's user in the project.",
      resolve: ({ id }, _args, context) => viewerRoleIn(id, context),
    }),
    repositories: t.relatedConnection(
      'repositories',
      {
        cursor: 'projectId_id',
        totalCount: true,
        description: 'The connected repositories, in the order they were connected.',
        query: (args) => {
          checkRowPage(args);
          return { where: { removedAt: null }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] };
        },
      },
      ...connectionFor('Repository'),
    ),
    syncs: t.prismaConnection(
      {
        type: 'ProjectSync',
        cursor: 'projectId_id',
        description:
          'The syncs of all branches of the project, newest first unless `orderBy` says otherwise.',
        args: {
          repositoryId: t.arg.id({
            required: false,
            description: 'Only syncs of the repository with this ID.',
          }),
          branch: t.arg.string({
            required: false,
            description: 'Only syncs of branches with this name.',
          }),
          ...syncFilter,
        },
        totalCount: ({ id }, args, context) => countSyncsOf(syncsInProject(id, args), context),
        resolve: (query, { id }, args, context) => {
          checkRowPage(args);
          return syncsOf(query, syncsInProject(id, args), context);
        },
      },
      ...connectionFor('ProjectSync'),
    ),
  }),
});

builder.prismaObjectFields(Project, (t) => ({
  members: t.relation('members', {
    type: ProjectMember,
    query: { orderBy: { createdAt: 'asc' } },
    description: 'The members of the project, in the order they joined.',
  }),
  apiKeys: t.relation('apiKeys', {
    type: ApiKey,
    nullable: true,
    authScopes: { scope: 'ADMIN' },
    description:
      'The API keys that are bound to this project and not revoked, newest first: for an OWNER those of all members, for others their own. Null, with FORBIDDEN in `errors`, without the scope ADMIN.',
    // Row-level security shows others their own ones alone.
    query: () => ({ where: { revokedAt: null }, orderBy: { createdAt: 'desc' } }),
  }),
  patterns: t.relatedConnection(
    'patterns',
    {
      cursor: 'projectId_id',
      totalCount: true,
      description: 'The patterns that the analysis currently finds in the project, newest first.',
      args: {
        kinds: t.arg({
          type: [PatternKind],
          required: false,
          description: 'Only patterns of these kinds; all kinds by default.',
        }),
      },
      query: (args) => {
        checkRowPage(args);
        return {
          where: { supersededAt: null, ...(args.kinds == null ? {} : { kind: { in: args.kinds } }) },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        };
      },
    },
    ...connectionFor('Pattern'),
  ),
}));

builder.prismaObjectField(Project, 'documents', (t) =>
  t.relatedConnection(
    'documents',
    {
      cursor: 'projectId_id',
      totalCount: true,
      description:
        'The current documents of users, ordered by title. Generated pages and files with an authority belong to a snapshot: see Snapshot.documents.',
      args: {
        authority: t.arg({
          type: [Authority],
          required: false,
          description: 'Only documents with one of these authorities; all by default.',
        }),
      },
      query: (args) => {
        checkRowPage(args);
        const authority = args.authority == null ? {} : { authority: { in: args.authority } };
        return {
          where: { kind: 'WRITTEN', supersededAt: null, ...authority },
          orderBy: [{ title: 'asc' }, { id: 'asc' }],
        };
      },
    },
    ...connectionFor('Document'),
  ),
);

builder.queryFields((t) => ({
  project: t.prismaField({
    type: Project,
    nullable: true,
    authScopes: { scope: 'READ' },
    description:
      'One project by its slug; null if there is none or the viewer is not a member. Needs the scope READ.',
    args: {
      slug: t.arg.string({ required: true, description: 'The name of the project in addresses.' }),
    },
    resolve: (query, _root, { slug }, { prisma }) =>
      prisma.project.findUnique({ ...query, where: { slug: textOf(slug) } }),
  }),
}));

builder.queryField('projects', (t) =>
  t.prismaConnection(
    {
      type: Project,
      cursor: 'id',
      authScopes: { scope: 'READ' },
      description: 'The projects the viewer is a member of, newest first. Needs the scope READ.',
      args: {
        query: t.arg.string({
          required: false,
          description: 'Only projects whose name or slug contains this text, in any case.',
        }),
      },
      totalCount: (_root, { query }, { prisma }) => prisma.project.count({ where: named(query) }),
      resolve: (query, _root, args, { prisma }) => {
        checkRowPage(args, 'id');
        const orderBy = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];
        return prisma.project.findMany({ ...query, where: named(args.query), orderBy });
      },
    },
    ...connectionFor('Project'),
  ),
);

async function viewerRoleIn(
  projectId: string,
  { prisma, viewer }: ApiContext,
): Promise<typeof ProjectRole.$inferType> {
  const member = await prisma.projectMember.findUnique({
    where: { projectId_userId: { projectId, userId: viewer?.userId ?? '' } },
    select: { role: true },
  });
  return member?.role ?? 'VIEWER';
}

function named(query: string | null | undefined): Prisma.ProjectWhereInput {
  if (query == null || query === '') return {};
  const contains = { contains: textOf(query), mode: 'insensitive' as const };
  return { OR: [{ name: contains }, { slug: contains }] };
}
