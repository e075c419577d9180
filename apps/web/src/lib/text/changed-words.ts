import type { Range } from './line-runs.ts';

/** Lines with more words are compared at their ends alone. */
const MOST_WORDS = 300;
/** A line that kept less than this share of its characters is another line: marking nearly all of it says nothing. */
const LEAST_KEPT = 0.3;

/** The parts of a changed line that the line it replaced did not have, and the other way round. */
export function changedWords(before: string, after: string): { before: Range[]; after: Range[] } {
  const a = wordsOf(before);
  const b = wordsOf(after);
  const kept = common(a, b);
  const length = kept.reduce((sum, [index]) => sum + (a[index]?.trim().length ?? 0), 0);
  const longest = Math.max(before.trim().length, after.trim().length);
  if (length < longest * LEAST_KEPT) return { before: [], after: [] };
  return {
    before: rangesWithout(a, new Set(kept.map(([index]) => index))),
    after: rangesWithout(b, new Set(kept.map(([, index]) => index))),
  };
}

function wordsOf(line: string): string[] {
  return line.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

/** The words both lines have, in order, as pairs of their places. */
function common(a: readonly string[], b: readonly string[]): [number, number][] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const pairs: [number, number][] = [];
  for (let index = 0; index < start; index++) pairs.push([index, index]);
  if (a.length - start - end <= MOST_WORDS && b.length - start - end <= MOST_WORDS)
    for (const [x, y] of longest(a.slice(start, a.length - end), b.slice(start, b.length - end)))
      pairs.push([start + x, start + y]);
  for (let index = end; index > 0; index--) pairs.push([a.length - index, b.length - index]);
  return pairs;
}

/** The longest common subsequence, by its table. */
function longest(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  const at = (x: number, y: number) => table[x * width + y] ?? 0;
  for (let x = a.length - 1; x >= 0; x--)
    for (let y = b.length - 1; y >= 0; y--)
      table[x * width + y] = a[x] === b[y] ? at(x + 1, y + 1) + 1 : Math.max(at(x + 1, y), at(x, y + 1));
  const pairs: [number, number][] = [];
  for (let x = 0, y = 0; x < a.length && y < b.length;) {
    if (a[x] === b[y]) pairs.push([x++, y++]);
    else if (at(x + 1, y) >= at(x, y + 1)) x++;
    else y++;
  }
  return pairs;
}

function rangesWithout(words: readonly string[], kept: ReadonlySet<number>): Range[] {
  const ranges: Range[] = [];
  let at = 0;
  for (const [index, word] of words.entries()) {
    const end = at + word.length;
    const last = ranges.at(-1);
    if (!kept.has(index)) {
      if (last?.end === at) last.end = end;
      else ranges.push({ start: at, end });
    }
    at = end;
  }
  return ranges;
}
