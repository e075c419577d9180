import { randomUUID } from 'node:crypto';
import { requestRemoval } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { failed, mutationResult, type Failure } from '../graphql/mutation-result.ts';
import { requireCreation } from '../graphql/require-creation.ts';
import { projectAs } from '../graphql/require-role.ts';
import { NewRepositoryInput } from './repository-mutations.ts';
import { connectTo, type Connected } from './source-to-connect.ts';

const LONGEST_DESCRIPTION = 5000;

interface ProjectKey {
  readonly projectId: string;
}

/** The result of a mutation whose success returns the project. */
export function projectResult(mutation: string, description: string, fieldDescription: string) {
  return mutationResult<ProjectKey>(mutation, {
    description,
    fields: (t) => ({
      project: t.prismaField({
        type: 'Project',
        description: fieldDescription,
        resolve: (query, { projectId: id }, _args, { prisma }) =>
          prisma.project.findUniqueOrThrow({ ...query, where: { id } }),
      }),
    }),
  });
}

const CreateProjectInput = builder.inputType('CreateProjectInput', {
  description: 'The name, slug and purpose of a new project, and the repository it is created for.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The display name, 1 to 200 characters.' }),
    slug: t.string({
      required: false,
      description:
        'The name in addresses: 1 to 64 lower-case letters, digits and dashes. Made from the name by default.',
    }),
    description: t.string({
      required: false,
      description: 'A free text on the purpose of the project, 5,000 characters at most.',
    }),
    repository: t.field({
      type: NewRepositoryInput,
      required: false,
      description:
        'A repository to connect in the same step; none if left out. Where it cannot be connected, no project is created.',
    }),
  }),
});

builder.mutationField('createProject', (t) =>
  t.field({
    type: mutationResult<Connected>('CreateProject', {
      description: 'The project was created, with the viewer as its owner.',
      fields: (success) => ({
        project: success.prismaField({
          type: 'Project',
          description: 'The project that was created.',
          resolve: (query, { projectId: id }, _args, { prisma }) =>
            prisma.project.findUniqueOrThrow({ ...query, where: { id } }),
        }),
        repository: success.prismaField({
          type: 'Repository',
          nullable: true,
          description: 'The repository that was connected with it, if one was given.',
          resolve: (query, { projectId, repositoryId: id }, _args, { prisma }) =>
            id === null
              ? null
              : prisma.repository.findUnique({ ...query, where: { projectId_id: { projectId, id } } }),
        }),
        sync: success.prismaField({
          type: 'ProjectSync',
          nullable: true,
          description: 'The first sync of that repository, if one was asked for.',
          resolve: (query, { projectId, syncId: id }, _args, { prisma }) =>
            id === null
              ? null
              : prisma.projectSync.findUnique({ ...query, where: { projectId_id: { projectId, id } } }),
        }),
      }),
    }),
    authScopes: { scope: 'WRITE' },
    description:
      'Creates a project with the viewer as its owner, and in the same step connects a repository and starts its first sync where they are given: if one of these fails, nothing is created. Needs the scope WRITE, a key not bound to a project, and the right to create projects.',
    args: {
      input: t.arg({
        type: CreateProjectInput,
        required: true,
        description: 'The name, slug and purpose of the project.',
      }),
    },
    resolve: (_root, { input }, context) => create(input, context),
  }),
);

const UpdateProjectInput = builder.inputType('UpdateProjectInput', {
  description: 'The project to change, and its new name or description. What is left out stays.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to change.' }),
    name: t.string({ required: false, description: 'The new display name, 1 to 200 characters.' }),
    description: t.string({
      required: false,
      description: 'The new text on the purpose of the project; null removes it.',
    }),
  }),
});

builder.mutationField('updateProject', (t) =>
  t.field({
    type: projectResult(
      'UpdateProject',
      'The name or description was changed.',
      'The project with its new values.',
    ),
    authScopes: { scope: 'WRITE' },
    description: 'Changes the name or description of a project. Needs the scope WRITE and the role EDITOR.',
    args: {
      input: t.arg({
        type: UpdateProjectInput,
        required: true,
        description: 'The project to change, and its new values.',
      }),
    },
    resolve: (_root, { input }, context) => update(input, context),
  }),
);

const RemoveProjectInput = builder.inputType('RemoveProjectInput', {
  description: 'The project to remove.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to remove.' }),
  }),
});

builder.mutationField('removeProject', (t) =>
  t.field({
    type: mutationResult<ProjectKey>('RemoveProject', {
      description: 'The project is no longer visible; its rows are purged in the background.',
      fields: (success) => ({
        projectId: success.globalID({
          description: 'The ID of the project that was removed.',
          resolve: ({ projectId: id }) => ({ id, type: 'Project' }),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Removes a project with everything stored of it, for all of its members. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({ type: RemoveProjectInput, required: true, description: 'The project to remove.' }),
    },
    resolve: (_root, { input }, context) => remove(input, context),
  }),
);

async function create(
  input: typeof CreateProjectInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Connected> {
  const { redact } = context;
  const given = input.name.trim();
  const invalid = invalidName(given);
  if (invalid !== null) return invalid;
  const name = redact(given);
  const slug = input.slug ?? slugOf(name);
  if (!/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(slug))
    return failed(
      'InvalidInputError',
      'INVALID_SLUG',
      'A slug has 1 to 64 lower-case letters, digits and dashes, with no dash at either end.',
    );
  const refused = await requireCreation(context);
  if (refused !== null) return refused;
  const id = randomUUID();
  const text = input.description?.replaceAll('\0', '') ?? null;
  if (isTooLong(text)) return tooLongDescription();
  const description = text === null ? null : redact(text);
  const newProject = { id, slug, name, description, ownerId: context.viewer?.userId ?? '' };
  return connectTo({ projectId: id, newProject }, input.repository ?? null, context);
}

async function update(
  input: typeof UpdateProjectInput.$inferInput,
  context: ApiContext,
): Promise<Failure | ProjectKey> {
  const project = await projectAs('EDITOR', input.projectId, context);
  if ('failure' in project) return project;
  const name = input.name?.trim();
  const invalid = name === undefined ? null : invalidName(name);
  if (invalid !== null) return invalid;
  const description = input.description?.replaceAll('\0', '') ?? null;
  if (isTooLong(description)) return tooLongDescription();
  await context.prisma.project.update({
    where: { id: project.projectId },
    data: {
      ...(name === undefined ? {} : { name: context.redact(name) }),
      ...(input.description === undefined
        ? {}
        : { description: description === null ? null : context.redact(description) }),
    },
  });
  return project;
}

async function remove(
  input: typeof RemoveProjectInput.$inferInput,
  context: ApiContext,
): Promise<Failure | ProjectKey> {
  const project = await projectAs('OWNER', input.projectId, context);
  if ('failure' in project) return project;
  const { projectId } = project;
  await requestRemoval(context.database, context.jobs, {
    projectId,
    kind: 'project',
    id: projectId,
    origin: context.origin,
  });
  return project;
}

function isTooLong(description: string | null): boolean {
  return description !== null && description.length > LONGEST_DESCRIPTION;
}

function tooLongDescription(): Failure {
  return failed(
    'InvalidInputError',
    'INVALID_DESCRIPTION',
    `A description has ${LONGEST_DESCRIPTION} characters at most.`,
  );
}

function invalidName(name: string): Failure | null {
  return name === '' || name.length > 200 || name.includes('\0')
    ? failed('InvalidInputError', 'INVALID_NAME', 'A project needs a name of 1 to 200 characters.')
    : null;
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
