import { createHash } from 'node:crypto';
import { redact } from '../secrets/redact.ts';
import { searchWords } from '../words/search-words.ts';

/** A text as it is stored and embedded. */
export interface Passage {
  readonly text: string;
  readonly head: string | null;
  readonly hash: string;
  readonly words: string;
  readonly tokens: number;
}

/**
 * Redacts a text and hashes it with its head. The hash depends on nothing else, so equal texts under equal heads share one
 * vector wherever they stand. A text without a head has the hash of the text alone. A head is taken from a text that is
 * redacted already.
 */
export function passageOf(given: string, head: string | null = null): Passage {
  const { text } = redact(given);
  // A NUL cannot stand in a head, so a head and its text never hash like another text that has their words.
  const hashed = head === null ? text : `${head}\0${text}`;
  const hash = createHash('sha256').update(hashed).digest('hex').slice(0, 32);
  return {
    text,
    head,
    hash: hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    words: searchWords(text),
    tokens: estimateTokens(embeddedText({ head, text })),
  };
}

/** The text that an embedder receives for a passage: its head on a line of its own, then the text. */
export function embeddedText({ head, text }: Pick<Passage, 'head' | 'text'>): string {
  return head === null ? text : `${head}\n${text}`;
}

/** Estimates the tokens of a text. Models cut code finer than prose; 3.5 characters a token is a cautious middle. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3.5);
}
