import { randomUUID } from 'node:crypto';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { parseTenantId, projectIdOf } from '../graphql/ids.ts';
import { checkRowPage } from '../graphql/pagination.ts';
import { MemoryEntry } from './memory-entry.ts';
import { addNote, findEvidence, putDocument, type PlacedEntry } from '@project-sync/db';
import { Project, refusal } from './project.ts';
import { failed, notFound, resultOf, type Failure } from '../graphql/mutation-result.ts';
import { ProjectSync } from './sync.ts';

const PatternKind = builder.enumType('PatternKind', {
  description: 'What a pattern is about.',
  values: {
    ARCHITECTURE: { description: 'How the parts are put together.' },
    NAMING: { description: 'How things are called.' },
    SECURITY: { description: 'What keeps harm out, or lets it in.' },
    TESTING: { description: 'How it is tried.' },
    DEPENDENCY: { description: 'What it builds on.' },
    ANTI_PATTERN: { description: 'What is better not repeated.' },
    SUCCESS: { description: 'What went well.' },
    PAIN: { description: 'What hurts again and again.' },
    SOLUTION: { description: 'What helped.' },
    TOOL: { description: 'What it is worked on with.' },
  },
});
const Severity = builder.enumType('Severity', {
  description: 'How much it matters.',
  values: {
    LOW: { description: 'Good to know.' },
    MEDIUM: { description: 'To be looked at some day.' },
    HIGH: { description: 'To be looked at soon.' },
    CRITICAL: { description: 'To be looked at now.' },
  },
});
const Authority = builder.enumType('Authority', {
  description: 'How binding a document is.',
  values: {
    MANDATORY: { description: 'It must be followed.' },
    GUIDELINE: { description: 'It should be followed.' },
    INFORMATIONAL: { description: 'It informs.' },
  },
});

export const Pattern = builder.prismaNode('Pattern', {
  nullable: true,
  id: { resolve: (pattern) => `${pattern.projectId}:${pattern.id}` },
  findUnique: (id) => ({ projectId_id: parseTenantId(id) ?? { projectId: randomUUID(), id: randomUUID() } }),
  description: 'Something that the project does again and again.',
  select: { projectId: true, id: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: PatternKind, description: 'What it is about.' }),
    title: t.exposeString('title', { description: 'Its name.' }),
    description: t.exposeString('description', { description: 'What it is.' }),
    severity: t.expose('severity', { type: Severity, nullable: true, description: 'How much it matters.' }),
    frequency: t.exposeInt('frequency', { description: 'How often it was seen.' }),
    evidence: t.field({
      type: [MemoryEntry],
      select: { evidence: true, projectId: true },
      description: 'Where it was seen.',
      resolve: async ({ evidence, projectId }, _args, { reads }) =>
        (await Promise.all(evidence.slice(0, 20).map((id) => findEvidence(reads, projectId, id)))).filter(
          (entry) => entry !== null,
        ),
    }),
  }),
});

export const Document = builder.prismaNode('Document', {
  nullable: true,
  id: { resolve: (document) => `${document.projectId}:${document.id}` },
  findUnique: (id) => ({ projectId_id: parseTenantId(id) ?? { projectId: randomUUID(), id: randomUUID() } }),
  description: 'A document of the Axiom knowledge base: generated from the code, or put there by a person.',
  select: { projectId: true, id: true },
  fields: (t) => ({
    title: t.exposeString('title', { description: 'Its name; a new text under the same one replaces it.' }),
    content: t.exposeString('content', { description: 'Markdown.' }),
    authority: t.expose('authority', { type: Authority, description: 'How binding it is.' }),
    isGenerated: t.exposeBoolean('isGenerated', { description: 'Whether a phase wrote it.' }),
    sources: t.exposeStringList('sources', { description: 'The files it was generated from.' }),
    addedBy: t.prismaField({
      type: ProjectSync,
      nullable: true,
      select: { syncId: true, projectId: true },
      description: 'The sync that wrote it.',
      resolve: (query, { projectId, syncId }, _args, { prisma }) =>
        syncId === null
          ? null
          : prisma.projectSync.findUnique({ ...query, where: { projectId_id: { projectId, id: syncId } } }),
    }),
    updatedAt: t.expose('createdAt', { type: 'DateTime', description: 'When this text was put there.' }),
  }),
});

builder.prismaObjectFields(Project, (t) => ({
  patterns: t.relatedConnection(
    'patterns',
    {
      cursor: 'projectId_id',
      totalCount: true,
      description: 'What the analysis holds for the project now.',
      args: { kinds: t.arg({ type: [PatternKind], required: false, description: 'Only these.' }) },
      query: (args) => {
        checkRowPage(args);
        return {
          where: { supersededAt: null, ...(args.kinds == null ? {} : { kind: { in: args.kinds } }) },
          orderBy: [{ createdAt: 'desc' as const }, { id: 'desc' as const }],
        };
      },
    },
    ...connectionFor('Pattern'),
  ),
  documents: t.relatedConnection(
    'documents',
    {
      cursor: 'projectId_id',
      totalCount: true,
      description: 'The documents that hold now, by title.',
      args: { authority: t.arg({ type: [Authority], required: false, description: 'Only these.' }) },
      query: (args) => {
        checkRowPage(args);
        return {
          where: {
            supersededAt: null,
            ...(args.authority == null ? {} : { authority: { in: args.authority } }),
          },
          orderBy: [{ title: 'asc' as const }, { id: 'asc' as const }],
        };
      },
    },
    ...connectionFor('Document'),
  ),
}));

const PutDocumentInput = builder.inputType('PutDocumentInput', {
  description: 'A document; one with the same title is superseded.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'Whose.' }),
    title: t.string({ required: true, description: 'Its name.' }),
    content: t.string({ required: true, description: 'Markdown.' }),
    authority: t.field({
      type: Authority,
      required: false,
      defaultValue: 'INFORMATIONAL',
      description: 'How binding it is.',
    }),
  }),
});
const PutDocumentSuccess = builder
  .objectRef<{ documentKey: { projectId: string; id: string } }>('PutDocumentSuccess')
  .implement({
    description: 'The document stands.',
    fields: (t) => ({
      document: t.prismaField({
        type: Document,
        description: 'It.',
        resolve: (query, { documentKey }, _args, { prisma }) =>
          prisma.document.findUniqueOrThrow({ ...query, where: { projectId_id: documentKey } }),
      }),
    }),
  });
const PutDocumentResult = resultOf('PutDocument', PutDocumentSuccess);

const AddNoteInput = builder.inputType('AddNoteInput', {
  description: 'A note to be found by search.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'Whose.' }),
    title: t.string({ required: true, description: 'Its name.' }),
    content: t.string({ required: true, description: 'What it says; secrets in it are masked.' }),
  }),
});
const AddNoteSuccess = builder.objectRef<{ entry: PlacedEntry }>('AddNoteSuccess').implement({
  description: 'The note is kept.',
  fields: (t) => ({
    entry: t.field({ type: MemoryEntry, description: 'It.', resolve: ({ entry }) => entry }),
  }),
});
const AddNoteResult = resultOf('AddNote', AddNoteSuccess);

interface Written {
  readonly projectId: string;
  readonly title: string;
  readonly content: string;
}

/** What can be kept as a text of a project, or why not. */
async function writable(input: Written, context: ApiContext): Promise<Failure | Written> {
  const projectId = projectIdOf(input.projectId);
  const refused = await refusal(context, projectId, 'EDITOR');
  if (refused !== null || projectId === null) return refused ?? notFound('project');
  const title = input.title.replaceAll('\0', '').toWellFormed().trim();
  const content = input.content.replaceAll('\0', '').toWellFormed();
  if (title === '' || title.length > 300)
    return failed('InvalidInputError', 'INVALID_TITLE', 'A title has 1 to 300 characters.');
  if (content.trim() === '' || content.length > 1_000_000)
    return failed('InvalidInputError', 'INVALID_CONTENT', 'A text has 1 to 1,000,000 characters.');
  return { projectId, title, content };
}

builder.mutationFields((t) => ({
  putDocument: t.field({
    type: PutDocumentResult,
    authScopes: { scope: 'WRITE' },
    description:
      'Puts a document into the knowledge base; an earlier one of the same title is superseded, not deleted.',
    args: { input: t.arg({ type: PutDocumentInput, required: true, description: 'The document.' }) },
    resolve: async (
      _root,
      { input },
      context,
    ): Promise<Failure | { documentKey: { projectId: string; id: string } }> => {
      const written = await writable(input, context);
      if ('failure' in written) return written;
      const id = randomUUID();
      const authority = input.authority ?? 'INFORMATIONAL';
      const authorId = context.viewer?.userId ?? null;
      await context.sql((sql) => putDocument(sql, { ...written, id, authority, authorId }));
      return { documentKey: { projectId: written.projectId, id } };
    },
  }),
  addNote: t.field({
    type: AddNoteResult,
    authScopes: { scope: 'WRITE' },
    description: 'Keeps a note, found by words at once and by meaning with the next embedding.',
    args: { input: t.arg({ type: AddNoteInput, required: true, description: 'The note.' }) },
    resolve: async (_root, { input }, context): Promise<Failure | { entry: PlacedEntry }> => {
      const written = await writable(input, context);
      if ('failure' in written) return written;
      const { projectId, title } = written;
      const passage = context.hashText(`${title}\n\n${written.content}`);
      const authorId = context.viewer?.userId ?? null;
      const note = { projectId, title: context.redact(title), authorId, passage };
      const entry = await context.sql((sql) => addNote(sql, note));
      return entry === null ? notFound('project') : { entry };
    },
  }),
}));
