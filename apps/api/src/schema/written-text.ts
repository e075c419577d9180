import type { ApiContext } from '../graphql/context.ts';
import { failed, type Failure } from '../graphql/mutation-result.ts';
import { projectAs } from '../graphql/require-role.ts';

const LONGEST_TITLE = 300;
const LONGEST_CONTENT = 1_000_000;

/** A title and a text of a user, for a project. */
export interface WrittenText {
  readonly projectId: string;
  readonly title: string;
  readonly content: string;
}

/** The text as it can be stored, or the reason it cannot. Needs the role EDITOR. */
export async function writtenText(input: WrittenText, context: ApiContext): Promise<Failure | WrittenText> {
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
