import { remembered } from '../words/remembered.ts';

/** The tokenizer by which contexts are counted: the encoding of the models since GPT-4o, and finer than most others on code. */
export const TOKENIZER = 'o200k_base';

/** Counts the tokens of a text. */
export type CountTokens = (text: string) => number;

/**
 * A run of letters, marks or blanks is one word to the tokenizer, and the time that it takes for a word grows with the square of
 * its length: 200,000 letters took three minutes. So longer runs are counted in parts.
 */
const LONG_RUN = /[\p{L}\p{M}]{256,}|[^\s\p{L}\p{N}]{256,}|\s{256,}/gu;
const PART = 64;
/** The texts whose counts are remembered have this many characters together: the same passages serve many tasks. */
const REMEMBERED = 2_000_000;

let opened: Promise<CountTokens> | null = null;

/** Opens the counter. Its table takes some 100 MB, so nothing is loaded before the first context is asked for. */
export function openTokenCounter(): Promise<CountTokens> {
  return (opened ??= loadCounter());
}

async function loadCounter(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  // Text is text: what looks like a control token of a model is counted by its characters.
  const plain = { disallowedSpecial: new Set<string>() };
  const count = (text: string): number => (text === '' ? 0 : countTokens(text, plain));
  return remembered((text) => {
    let tokens = 0;
    let from = 0;
    for (const { 0: run, index } of text.matchAll(LONG_RUN)) {
      tokens += count(text.slice(from, index));
      // A cut may part what would have been one token, never the other way round: one more for each keeps the sum an upper bound.
      const letters = Array.from(run);
      for (let at = 0; at < letters.length; at += PART)
        tokens += count(letters.slice(at, at + PART).join('')) + 1;
      from = index + run.length;
    }
    return tokens + count(from === 0 ? text : text.slice(from));
  }, REMEMBERED);
}
