import { addNote, removeNote, updateNote, type ChangedNote, type PlacedEntry } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { failed, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs, requireRole } from '../graphql/require-role.ts';
import { entryKey, MemoryEntry } from './memory-entry.ts';
import { writtenText } from './written-text.ts';

interface Written {
  readonly entry: PlacedEntry;
}

const title = 'The title of the note, 1 to 300 characters. Secrets in it are masked.';
const content = 'The text of the note, 1 to 1,000,000 characters. Secrets in it are masked.';

const AddNoteInput = builder.inputType('AddNoteInput', {
  description: 'The note to store, for search to find.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to add the note to.' }),
    title: t.string({ required: true, description: title }),
    content: t.string({ required: true, description: content }),
  }),
});

const UpdateNoteInput = builder.inputType('UpdateNoteInput', {
  description: 'The new version of a note.',
  fields: (t) => ({
    entryId: t.id({
      required: true,
      description: 'The ID of the memory entry of the note, as it was last read.',
    }),
    title: t.string({ required: true, description: title }),
    content: t.string({ required: true, description: content }),
  }),
});

const RemoveNoteInput = builder.inputType('RemoveNoteInput', {
  description: 'The note to remove.',
  fields: (t) => ({
    entryId: t.id({ required: true, description: 'The ID of the memory entry of the note.' }),
  }),
});

/** The result of a mutation whose success is the entry of a note. */
const noteResult = (mutation: string, description: string, entryDescription: string) =>
  mutationResult<Written>(mutation, {
    description,
    fields: (success) => ({
      entry: success.field({
        type: MemoryEntry,
        description: entryDescription,
        resolve: ({ entry }) => entry,
      }),
    }),
  });

builder.mutationFields((t) => ({
  addNote: t.field({
    type: noteResult('AddNote', 'The note was stored.', 'The memory entry of the note that was stored.'),
    authScopes: { scope: 'WRITE' },
    description:
      'Adds a note. Search finds it by its words at once, and by meaning after the next embedding. The same note sent again by the same user adds nothing and returns the stored one. Needs the scope WRITE and the role EDITOR.',
    args: { input: t.arg({ type: AddNoteInput, required: true, description: 'The note to add.' }) },
    resolve: (_root, { input }, context) => add(input, context),
  }),
  updateNote: t.field({
    type: noteResult(
      'UpdateNote',
      'The note was changed.',
      'The memory entry of the new version, which has an ID of its own.',
    ),
    authScopes: { scope: 'WRITE' },
    description:
      'Replaces the title and text of a note. The earlier version is superseded, not deleted. Fails with NOTE_CHANGED where another version has replaced it. Needs the scope WRITE and the role EDITOR.',
    args: {
      input: t.arg({ type: UpdateNoteInput, required: true, description: 'The note and its new version.' }),
    },
    resolve: (_root, { input }, context) => update(input, context),
  }),
  removeNote: t.field({
    type: noteResult('RemoveNote', 'The note was removed.', 'The memory entry of the removed note.'),
    authScopes: { scope: 'WRITE' },
    description:
      'Removes a note from lists and from search. The note is superseded, not deleted: its ID still reads it. Needs the scope WRITE and the role EDITOR.',
    args: { input: t.arg({ type: RemoveNoteInput, required: true, description: 'The note to remove.' }) },
    resolve: (_root, { input }, context) => remove(input, context),
  }),
}));

async function add(input: typeof AddNoteInput.$inferInput, context: ApiContext): Promise<Failure | Written> {
  const project = await projectAs('EDITOR', input.projectId, context);
  if ('failure' in project) return project;
  const written = writtenText(input);
  if ('failure' in written) return written;
  const note = { ...project, ...context.readNote(written), authorId: context.viewer?.userId ?? null };
  const entry = await context.sql((sql) => addNote(sql, note));
  return entry === null ? notFound('project') : { entry };
}

async function update(
  input: typeof UpdateNoteInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Written> {
  const key = await writableNote(input.entryId, context);
  if ('failure' in key) return key;
  const written = writtenText(input);
  if ('failure' in written) return written;
  const { projectId, id } = key;
  const note = { projectId, ...context.readNote(written), authorId: context.viewer?.userId ?? null };
  return answerOf(await context.sql((sql) => updateNote(sql, id, note)));
}

async function remove(
  input: typeof RemoveNoteInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Written> {
  const key = await writableNote(input.entryId, context);
  if ('failure' in key) return key;
  return answerOf(await context.sql((sql) => removeNote(sql, key.projectId, key.id)));
}

/** The key of a note in a project the viewer may write to. In any other project there is no such note. */
async function writableNote(
  globalId: string,
  context: ApiContext,
): Promise<Failure | { readonly projectId: string; readonly id: bigint }> {
  const key = entryKey(globalId);
  if (key === null) return notFound('note');
  const refused = await requireRole(context, key.projectId, 'EDITOR');
  if (refused === null) return key;
  return refused.failure === 'NotFoundError' ? notFound('note') : refused;
}

function answerOf(changed: ChangedNote): Failure | Written {
  switch (changed.outcome) {
    case 'done':
      return { entry: changed.entry };
    case 'unknown':
      return notFound('note');
    case 'changed-since':
      return failed(
        'ConflictError',
        'NOTE_CHANGED',
        'The note was changed since it was read. Read its new version, then try again.',
      );
  }
}
