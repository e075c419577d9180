import { randomUUID } from 'node:crypto';
import { createProject } from '@project-sync/db';
import type { Prisma } from '@project-sync/db/prisma';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import { projectIdOf, textOf, uuidOrNothing } from '../graphql/ids.ts';
import { checkRowPage } from '../graphql/pagination.ts';
import { failed, notFound, resultOf, type Failure } from '../graphql/mutation-result.ts';

export const ProjectRole = builder.enumType('ProjectRole', {
  description: 'OWNER does everything, EDITOR changes and syncs, VIEWER looks.',
  values: {
    OWNER: { description: 'Everything, members and removal among it.' },
    EDITOR: { description: 'Changes and syncs.' },
    VIEWER: { description: 'Looks.' },
  },
});

/** A team's own memory of some code. */
export const Project = builder.prismaNode('Project', {
  nullable: true,
  id: { field: 'id' },
  findUnique: (id) => ({ id: uuidOrNothing(id) }),
  description: "A team's own memory of one or more repositories.",
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'Its name in addresses; unique and never changed.' }),
    name: t.exposeString('name', { description: 'As people call it.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    embeddingModel: t.exposeString('embeddingModel', {
      nullable: true,
      description: 'The model whose vectors search reads now.',
    }),
    viewerRole: t.field({
      type: ProjectRole,
      description: 'What the viewer may do in it.',
      resolve: async ({ id: projectId }, _args, { prisma, viewer }) =>
        (
          await prisma.projectMember.findUnique({
            where: { projectId_userId: { projectId, userId: viewer?.userId ?? '' } },
            select: { role: true },
          })
        )?.role ?? 'VIEWER',
    }),
    repositories: t.relatedConnection(
      'repositories',
      {
        cursor: 'projectId_id',
        totalCount: true,
        description: 'The repositories that are connected, oldest first.',
        query: (args) => {
          checkRowPage(args);
          return {
            where: { removedAt: null },
            orderBy: [{ createdAt: 'asc' as const }, { id: 'asc' as const }],
          };
        },
      },
      ...connectionFor('Repository'),
    ),
  }),
});

builder.queryFields((t) => ({
  project: t.prismaField({
    type: Project,
    nullable: true,
    authScopes: { scope: 'READ' },
    description: 'One project by its slug; null when there is none that the viewer may see.',
    args: { slug: t.arg.string({ required: true, description: 'Its name in addresses.' }) },
    resolve: (query, _root, { slug }, { prisma }) =>
      prisma.project.findUnique({ ...query, where: { slug: textOf(slug) } }),
  }),
  projects: t.prismaConnection(
    {
      type: Project,
      cursor: 'id',
      authScopes: { scope: 'READ' },
      description: "The viewer's projects, newest first.",
      args: {
        query: t.arg.string({
          required: false,
          description: 'Only those whose name or slug has this in it.',
        }),
      },
      totalCount: (_root, { query }, { prisma }) => prisma.project.count({ where: named(query) }),
      resolve: (query, _root, args, { prisma }) => {
        checkRowPage(args, 'id');
        return prisma.project.findMany({ ...query, where: named(args.query), orderBy: { id: 'desc' } });
      },
    },
    ...connectionFor('Project'),
  ),
}));

const CreateProjectInput = builder.inputType('CreateProjectInput', {
  description: 'What a new project is called.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'As people call it.' }),
    slug: t.string({
      required: false,
      description: 'Its name in addresses; made from the name where none is given.',
    }),
    description: t.string({ required: false, description: 'What it is for.' }),
  }),
});
const CreateProjectSuccess = builder.objectRef<{ id: string }>('CreateProjectSuccess').implement({
  description: 'The project was made.',
  fields: (t) => ({
    project: t.prismaField({
      type: Project,
      description: 'The new project.',
      resolve: (query, { id }, _args, { prisma }) =>
        prisma.project.findUniqueOrThrow({ ...query, where: { id } }),
    }),
  }),
});
const CreateProjectResult = resultOf('CreateProject', CreateProjectSuccess);

builder.mutationField('createProject', (t) =>
  t.field({
    type: CreateProjectResult,
    authScopes: { scope: 'WRITE' },
    description: 'Makes a project, with the viewer as its owner.',
    args: { input: t.arg({ type: CreateProjectInput, required: true, description: 'What it is called.' }) },
    resolve: async (_root, { input }, { database, viewer }): Promise<Failure | { id: string }> => {
      const name = input.name.trim();
      if (name === '' || name.length > 200 || name.includes('\0'))
        return failed('InvalidInputError', 'INVALID_NAME', 'A project needs a name of 1 to 200 characters.');
      const slug = input.slug ?? slugOf(name);
      if (!/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(slug))
        return failed(
          'InvalidInputError',
          'INVALID_SLUG',
          'A slug has 1 to 64 lower-case letters, digits and dashes, with no dash at either end.',
        );
      if (viewer === null || viewer.projectId !== null)
        return failed(
          'ForbiddenError',
          'KEY_BOUND_TO_PROJECT',
          'This key is bound to one project and makes no other. Use one for all projects.',
        );
      const id = randomUUID();
      const description = input.description?.replaceAll('\0', '') ?? null;
      const made = await createProject(database, { id, slug, name, description, ownerId: viewer.userId });
      return made
        ? { id }
        : failed('ConflictError', 'SLUG_TAKEN', `The slug ${slug} is taken. Choose another.`);
    },
  }),
);

/** Whether the viewer may do as a role allows; the failure to return where not. */
export async function refusal(
  context: {
    prisma: import('../graphql/context.ts').ApiContext['prisma'];
    viewer: { userId: string } | null;
  },
  projectId: string | null,
  needed: 'EDITOR' | 'OWNER' | 'VIEWER',
): Promise<Failure | null> {
  if (projectId === null || context.viewer === null) return notFound('project');
  const member = await context.prisma.projectMember.findUnique({
    where: { projectId_userId: { projectId, userId: context.viewer.userId } },
  });
  if (member === null) return notFound('project');
  const ranks = { VIEWER: 0, EDITOR: 1, OWNER: 2 };
  if (ranks[member.role] >= ranks[needed]) return null;
  return failed(
    'ForbiddenError',
    'ROLE_TOO_LOW',
    `This takes the role ${needed}, and yours is ${member.role}. Ask an owner.`,
  );
}

function named(query: string | null | undefined): Prisma.ProjectWhereInput {
  if (query == null || query === '') return {};
  const contains = { contains: textOf(query), mode: 'insensitive' as const };
  return { OR: [{ name: contains }, { slug: contains }] };
}

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? `project-${randomUUID().slice(0, 8)}` : slug;
}

export { projectIdOf };
