import { readTree } from '../syntax/read-syntax.ts';
import type { FileFacts } from './file-facts.ts';
import { readFacts } from './read-facts.ts';
import { scriptText } from './svelte/script-text.ts';
import { withComponent } from './svelte/svelte-facts.ts';

/** The facts of a text; null where its dialect has no reader, and where its grammar fails or takes too long. */
export async function factsOfText(input: {
  text: string;
  dialect: string;
  parseMs?: number | undefined;
}): Promise<FileFacts | null> {
  if (input.dialect === 'svelte') {
    const facts = await factsOfText({ ...input, text: scriptText(input.text), dialect: 'typescript' });
    return facts === null ? null : withComponent(facts, input.text);
  }
  return readTree(input, (tree) => readFacts(tree, input.text, input.dialect));
}
