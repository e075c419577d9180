import { readTree } from '../syntax/read-syntax.ts';
import type { FileFacts } from './file-facts.ts';
import { readFacts } from './read-facts.ts';

/** The facts of a text; null where its dialect has no reader, and where its grammar fails or takes too long. */
export function factsOfText(input: {
  text: string;
  dialect: string;
  parseMs?: number | undefined;
}): Promise<FileFacts | null> {
  return readTree(input, (tree) => readFacts(tree, input.text, input.dialect));
}
