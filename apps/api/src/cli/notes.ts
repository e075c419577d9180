import { z } from 'zod';
import { EXIT, UsageError, type Command, type CommandInput } from './command.ts';
import { onlyProject } from './find-project.ts';
import { onOneLine } from './output.ts';

const note = z.object({
  id: z.string(),
  title: z.string(),
  content: z.string(),
  writtenAt: z.string().nullable(),
  author: z.object({ name: z.string() }).nullable(),
});
const failure = { code: z.string().exactOptional(), message: z.string().exactOptional() };
const entry = z.object({ ...failure, entry: z.object({ id: z.string() }).exactOptional() });

/** Checks the action and its argument. */
export function checkNotes({ words: [action, text], flags }: Pick<CommandInput, 'words' | 'flags'>): void {
  if (action !== 'list' && action !== 'add' && action !== 'remove')
    throw new UsageError('notes takes list, add or remove.');
  if (action === 'add' && (text === undefined || flags.title === undefined))
    throw new UsageError('notes add needs a text and --title.');
  if (action === 'remove' && text === undefined)
    throw new UsageError('notes remove needs the ID of a note, as notes list prints it.');
}

/** Lists, writes and removes notes of a project. */
export const notes: Command = async (input) => {
  const [action, text = ''] = input.words;
  if (action === 'add') return add(input, text);
  return action === 'remove' ? remove(input, text) : list(input);
};

async function list({ client, flags, say }: CommandInput): Promise<number> {
  const { node } = await client.ask(
    z.object({ node: z.object({ notes: z.object({ nodes: z.array(note) }) }) }),
    'query ($id: ID!) { node(id: $id) { ... on Project { notes(first: 100) { nodes { id title content writtenAt author { name } } } } } }',
    { id: await onlyProject(client, flags.project) },
  );
  const rows = node.notes.nodes;
  const lines = rows.map(
    ({ id, title, writtenAt, author }) =>
      `${writtenAt?.slice(0, 10) ?? '-'}  ${onOneLine(title)}  ${onOneLine(author?.name ?? '-')}  ${id}`,
  );
  say(lines.join('\n') || 'There are no notes.', rows);
  return EXIT.done;
}

async function add({ client, flags, say }: CommandInput, content: string): Promise<number> {
  const { added } = await client.ask(
    z.object({ added: entry }),
    'mutation ($input: AddNoteInput!) { added: addNote(input: $input) { ... on AddNoteSuccess { entry { id } } ... on Error { code message } } }',
    { input: { projectId: await onlyProject(client, flags.project), title: flags.title, content } },
  );
  const { id } = client.orThrow(added.entry, added);
  say(`The note is stored: ${id}`, { id });
  return EXIT.done;
}

async function remove({ client, say }: CommandInput, id: string): Promise<number> {
  const { removed } = await client.ask(
    z.object({ removed: entry }),
    'mutation ($id: ID!) { removed: removeNote(input: { entryId: $id }) { ... on RemoveNoteSuccess { entry { id } } ... on Error { code message } } }',
    { id },
  );
  client.orThrow(removed.entry, removed);
  say('The note is removed.', { id });
  return EXIT.done;
}
