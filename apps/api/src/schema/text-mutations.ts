import { randomUUID } from 'node:crypto';
import { addNote, putDocument, type PlacedEntry } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { failed, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs } from '../graphql/require-role.ts';
import { Authority } from './document.ts';
import { MemoryEntry } from './memory-entry.ts';

const LONGEST_TITLE = 300;
const LONGEST_CONTENT = 1_000_000;

interface Written {
  readonly projectId: string;
  readonly title: string;
  readonly content: string;
}
interface DocumentKey {
  readonly documentKey: { readonly projectId: string; readonly id: string };
}
interface Added {
  readonly entry: PlacedEntry;
}

const PutDocumentInput = builder.inputType('PutDocumentInput', {
  description: 'The document to store. It replaces the current document with the same title.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to store the document in.' }),
    title: t.string({ required: true, description: 'The title of the document, 1 to 300 characters.' }),
    content: t.string({
      required: true,
      description: 'The text of the document as Markdown, 1 to 1,000,000 characters.',
    }),
    authority: t.field({
      type: Authority,
      required: false,
      defaultValue: 'INFORMATIONAL',
      description: 'How binding the document is; INFORMATIONAL by default.',
    }),
  }),
});

builder.mutationField('putDocument', (t) =>
  t.field({
    type: mutationResult<DocumentKey>('PutDocument', {
      description: 'The document was stored.',
      fields: (success) => ({
        document: success.prismaField({
          type: 'Document',
          description: 'The document that was stored.',
          resolve: (query, { documentKey }, _args, { prisma }) =>
            prisma.document.findUniqueOrThrow({ ...query, where: { projectId_id: documentKey } }),
        }),
      }),
    }),
    authScopes: { scope: 'WRITE' },
    description:
      'Stores a document in the project. An earlier one with the same title is superseded, not deleted. Needs the scope WRITE and the role EDITOR.',
    args: {
      input: t.arg({ type: PutDocumentInput, required: true, description: 'The document to store.' }),
    },
    resolve: (_root, { input }, context) => put(input, context),
  }),
);

const AddNoteInput = builder.inputType('AddNoteInput', {
  description: 'The note to store, for search to find.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to add the note to.' }),
    title: t.string({ required: true, description: 'The title of the note, 1 to 300 characters.' }),
    content: t.string({
      required: true,
      description: 'The text of the note, 1 to 1,000,000 characters. Secrets in it are masked.',
    }),
  }),
});

builder.mutationField('addNote', (t) =>
  t.field({
    type: mutationResult<Added>('AddNote', {
      description: 'The note was stored.',
      fields: (success) => ({
        entry: success.field({
          type: MemoryEntry,
          description: 'The memory entry of the note that was stored.',
          resolve: ({ entry }) => entry,
        }),
      }),
    }),
    authScopes: { scope: 'WRITE' },
    description:
      'Adds a note. Search finds it by its words at once, and by meaning after the next embedding. Needs the scope WRITE and the role EDITOR.',
    args: { input: t.arg({ type: AddNoteInput, required: true, description: 'The note to add.' }) },
    resolve: (_root, { input }, context) => add(input, context),
  }),
);

async function put(
  input: typeof PutDocumentInput.$inferInput,
  context: ApiContext,
): Promise<Failure | DocumentKey> {
  const written = await writable(input, context);
  if ('failure' in written) return written;
  const id = randomUUID();
  const authority = input.authority ?? 'INFORMATIONAL';
  const authorId = context.viewer?.userId ?? null;
  await context.sql((sql) => putDocument(sql, { ...written, id, authority, authorId }));
  return { documentKey: { projectId: written.projectId, id } };
}

async function add(input: typeof AddNoteInput.$inferInput, context: ApiContext): Promise<Failure | Added> {
  const written = await writable(input, context);
  if ('failure' in written) return written;
  const { projectId, title } = written;
  const passage = context.hashText(`${title}\n\n${written.content}`);
  const authorId = context.viewer?.userId ?? null;
  const note = { projectId, title: context.redact(title), authorId, passage };
  const entry = await context.sql((sql) => addNote(sql, note));
  return entry === null ? notFound('project') : { entry };
}

/** The text as it can be stored, or the reason it cannot. */
async function writable(input: Written, context: ApiContext): Promise<Failure | Written> {
  const project = await projectAs('EDITOR', input.projectId, context);
  if ('failure' in project) return project;
  const title = input.title.replaceAll('\0', '').toWellFormed().trim();
  const content = input.content.replaceAll('\0', '').toWellFormed();
  if (title === '' || title.length > LONGEST_TITLE)
    return failed('InvalidInputError', 'INVALID_TITLE', 'A title has 1 to 300 characters.');
  if (content.trim() === '' || content.length > LONGEST_CONTENT)
    return failed('InvalidInputError', 'INVALID_CONTENT', 'A text has 1 to 1,000,000 characters.');
  return { projectId: project.projectId, title, content };
}
