import { isFiller, stemOf } from './search-words.ts';

/** A part of a text, as its start and end in characters. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

const WORD = /[\p{L}\p{N}_$]+/gu;
const PART = /\p{Lu}+(?!\p{Ll})\p{N}*|\p{Lu}?\p{Ll}+\p{N}*|\p{N}+|[^\p{Lu}\p{Ll}\p{N}_$]+/gu;

/** The parts of a text that match words of a question: an identifier whole, or the parts of it that were asked for. */
export function matchRanges(text: string, words: ReadonlySet<string>): TextRange[] {
  const ranges: TextRange[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (isAsked(word, words)) {
      ranges.push({ start: index, end: index + word.length });
      continue;
    }
    for (const part of word.matchAll(PART))
      if (part[0].length > 1 && isAsked(part[0], words))
        ranges.push({ start: index + part.index, end: index + part.index + part[0].length });
  }
  return joined(ranges);
}

function isAsked(word: string, words: ReadonlySet<string>): boolean {
  const low = word.toLowerCase();
  return !isFiller(low) && words.has(stemOf(low));
}

/** Parts that touch are one, so `fetchBranch` is not marked twice. */
function joined(ranges: readonly TextRange[]): TextRange[] {
  const whole: TextRange[] = [];
  for (const range of ranges) {
    const last = whole.at(-1);
    if (last?.end === range.start) whole[whole.length - 1] = { start: last.start, end: range.end };
    else whole.push(range);
  }
  return whole;
}
