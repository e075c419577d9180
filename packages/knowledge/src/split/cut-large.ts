import { crc32 } from 'node:zlib';
import type { Piece } from './split-entry.ts';

/** The most characters of one passage: about 400 tokens, which an embedder still takes as one thought. */
export const LARGEST_PASSAGE = 1400;
/** Less than this is not cut off where it can be helped: it would say too little. */
const SMALLEST = 400;

/** How deep inside of something a cut before this row would go: the lower, the better the place. */
export type CutDepth = (row: number) => number;

/**
 * Cuts pieces that are too large to be embedded as one, each at its outermost borders. Among those of one depth the
 * checksum of the line decides, so that a line added above a border moves none of those further below.
 */
export function cutLarge(
  lines: readonly string[],
  pieces: readonly Piece[],
  depth: CutDepth = textDepth(lines),
): Piece[] {
  return pieces.flatMap((piece) => {
    // Blank lines at the ends are not kept, so they have no say in where the rest is cut.
    let first = piece.from;
    let last = piece.to;
    while (first < last && isBlank(lines[first])) first += 1;
    while (last > first && isBlank(lines[last])) last -= 1;
    const rows = cutsOf(lines, first, last, depth);
    return [piece.from, ...rows].map((from, index) => ({
      ...piece,
      from,
      to: (rows[index] ?? piece.to + 1) - 1,
    }));
  });
}

/** The rows before which a run of lines is cut. */
function cutsOf(lines: readonly string[], first: number, last: number, depth: CutDepth): number[] {
  const cuts: number[] = [];
  let left = 0;
  for (let row = first; row <= last; row += 1) left += sizeOf(lines[row]);
  let from = first;
  while (left > LARGEST_PASSAGE && from < last) {
    let best = from + 1;
    let [least, sum] = [Number.POSITIVE_INFINITY, 0];
    let taken = sizeOf(lines[from]);
    for (let row = from; row < last; row += 1) {
      sum += sizeOf(lines[row]);
      // One line alone may be too long; it is cut inside, later.
      if (row > from && sum > LARGEST_PASSAGE) break;
      const short = sum < SMALLEST || left - sum < SMALLEST / 2;
      const at = (short ? 1e6 : 0) + depth(row + 1) + crc32(lines[row + 1] ?? '') / 2 ** 32;
      if (at <= least) [best, least, taken] = [row + 1, at, sum];
    }
    cuts.push(best);
    left -= taken;
    from = best;
  }
  return cuts;
}

/** Without a syntax, a blank line is the best border, then a line that is less indented than others. */
export function textDepth(lines: readonly string[]): CutDepth {
  return (row) => {
    if (isBlank(lines[row])) return 100;
    if (isBlank(lines[row - 1])) return 0;
    return 1 + Math.min(20, /^\s*/.exec(lines[row] ?? '')?.[0].replaceAll('\t', '    ').length ?? 0);
  };
}

const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';
const sizeOf = (line: string | undefined): number => (line?.length ?? 0) + 1;
