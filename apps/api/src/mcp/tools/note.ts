import { z } from 'zod';
import { placeQueries, repositoriesOf } from '../place.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { ToolRefusal } from '../tool-refusal.ts';
import { tool } from '../tool.ts';

const answer = z.object({
  addNote: z.object({
    code: z.string().optional(),
    message: z.string().optional(),
    entry: z.object({ id: z.string() }).optional(),
  }),
});
const queries = {
  project: 'query ($slug: String!) { project(slug: $slug) { id } }',
  add: 'mutation ($input: AddNoteInput!) { addNote(input: $input) { ... on AddNoteSuccess { entry { id } } ... on Error { code message } } }',
};
const project = z.object({ project: z.object({ id: z.string() }).nullable() });

/** Writes a note. */
export const note = tool({
  name: 'note',
  title: 'Write a note',
  description:
    'Stores a lesson for later readers of a project: a decision and its reason, a trap, a fix that worked. Search finds it. Never put a secret in it.',
  input: z.object({
    project: z.string().describe('The slug of the project.'),
    title: z.string().min(1).max(300).describe('The lesson in one line.'),
    content: z.string().min(1).max(20_000).describe('The note itself, as Markdown.'),
  }),
  output: z.object({ note: z.string() }),
  changes: true,
  queries: [...Object.values(queries), placeQueries.repositories],
  async run(given, api) {
    const found = await api.query(project, queries.project, { slug: given.project });
    if (found.project === null) {
      const known = [...new Set((await repositoriesOf(api)).map((one) => one.project))];
      throw new ToolRefusal(
        'PROJECT_NOT_FOUND',
        `You can read no such project.${didYouMean(given.project, known) || ` There are ${known.slice(0, 20).join(', ')}.`}`,
      );
    }
    const { addNote } = await api.query(answer, queries.add, {
      input: { projectId: found.project.id, title: given.title, content: given.content },
    });
    const { entry, code = 'INTERNAL', message = 'The note was not stored.' } = addNote;
    if (entry === undefined) throw new ToolRefusal(code, message);
    return { text: `The note is stored: ${entry.id}`, data: { note: entry.id } };
  },
});
