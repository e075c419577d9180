/** The kinds of pairs, by what stands on the side of the question. */
export const pairKinds = ['doc', 'name', 'place', 'comment', 'error', 'test', 'heading', 'example'] as const;
export type PairKind = (typeof pairKinds)[number];

/** A text that asks, and the text that answers it. */
export interface Pair {
  readonly kind: PairKind;
  readonly question: string;
  readonly answer: string;
}

export const LONGEST_QUESTION = 500;
export const LONGEST_ANSWER = 1500;

/** The words of an identifier, in the order in which they stand there: `readHTTPHeader` gives `read HTTP Header`. */
export function nameWords(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+/)
    .filter((word) => /[A-Za-z]{2}/.test(word));
}

/** How many words of at least two letters a text has. */
export function countPlainWords(text: string): number {
  return text.match(/[A-Za-z]{2,}/g)?.length ?? 0;
}

/** The first sentence of a text that is worth asking with, else all of it. */
export function firstSentence(text: string): string {
  const end = /[.!?](?:\s|$)/.exec(text);
  const sentence = end === null ? text : text.slice(0, end.index);
  return countPlainWords(sentence) >= 3 ? sentence : text;
}
