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
const LONG = 256;
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
    if (!mayHaveLongRun(text)) return count(text);
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

const [DIGIT, LETTER, BLANK, SIGN] = [0, 1, 2, 3];
/** The kinds of the characters of ASCII, as the pattern above tells them apart. */
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\d/.test(character)) return DIGIT;
  if (/[A-Za-z]/.test(character)) return LETTER;
  return /\s/.test(character) ? BLANK : SIGN;
});

/**
 * Whether the pattern could find anything: it begins anew at each character, which took a third of the time of a count. A character
 * beyond ASCII may be of any kind.
 */
function mayHaveLongRun(text: string): boolean {
  let kind = DIGIT;
  let length = 0;
  let undecided = 0;
  for (let at = 0; at < text.length; at += 1) {
    const next = kinds[text.charCodeAt(at)];
    if (next === undefined) undecided += 1;
    else {
      if (next !== kind) length = undecided;
      if (next === DIGIT) length = -1;
      kind = next;
      undecided = 0;
    }
    length += 1;
    if (length >= LONG) return true;
  }
  return false;
}
