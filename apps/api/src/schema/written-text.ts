import { failed, type Failure } from '../graphql/mutation-result.ts';

const LONGEST_TITLE = 300;
const LONGEST_CONTENT = 1_000_000;

/** A title and a text that a person wrote. */
export interface WrittenText {
  readonly title: string;
  readonly content: string;
}

/** The text as it can be stored, or the reason it cannot. */
export function writtenText(input: WrittenText): Failure | WrittenText {
  const title = input.title.replaceAll('\0', '').toWellFormed().trim();
  const content = input.content.replaceAll('\0', '').toWellFormed();
  if (title === '' || title.length > LONGEST_TITLE)
    return failed('InvalidInputError', 'INVALID_TITLE', 'A title has 1 to 300 characters.');
  if (content.trim() === '' || content.length > LONGEST_CONTENT)
    return failed('InvalidInputError', 'INVALID_CONTENT', 'A text has 1 to 1,000,000 characters.');
  return { title, content };
}
