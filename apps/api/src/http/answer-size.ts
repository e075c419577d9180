import type { AnswerMeter } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';

/** The most characters that one answer holds: a few of the largest files, or thousands of small ones. */
const LARGEST_ANSWER = 10_000_000;

/**
 * Counts the text of one answer while it is made. The cost of a query counts its fields, and one field may be a file of
 * two megabytes.
 */
export class AnswerSize implements AnswerMeter {
  #characters = 0;

  get characters(): number {
    return this.#characters;
  }

  add(characters: number): void {
    this.#characters += characters;
    if (this.#characters > LARGEST_ANSWER)
      throw apiError(
        'ANSWER_TOO_LARGE',
        `One answer holds ${LARGEST_ANSWER} characters of text at most. Ask for fewer files or smaller pages.`,
      );
  }
}
