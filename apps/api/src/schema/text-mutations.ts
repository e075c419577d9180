import { addNote, type PlacedEntry } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { MemoryEntry } from './memory-entry.ts';
import { writtenText } from './written-text.ts';

interface Added {
  readonly entry: PlacedEntry;
}

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

async function add(input: typeof AddNoteInput.$inferInput, context: ApiContext): Promise<Failure | Added> {
  const written = await writtenText(input, context);
  if ('failure' in written) return written;
  const { projectId, title } = written;
  const passage = context.hashText(`${title}\n\n${written.content}`);
  const authorId = context.viewer?.userId ?? null;
  const note = { projectId, title: context.redact(title), authorId, passage };
  const entry = await context.sql((sql) => addNote(sql, note));
  return entry === null ? notFound('project') : { entry };
}
