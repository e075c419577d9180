import { crc32 } from 'node:zlib';
import {
  isBlank,
  LARGEST_PART,
  LARGEST_PASSAGE,
  sizeOf,
  SMALLEST_PASSAGE,
  type CutDepth,
  type Piece,
} from './piece.ts';

/** Added where a cut would leave a part that says too little; larger than any depth. */
const TOO_SMALL = 1e6;

/**
 * Cuts pieces that are too large to be embedded as one, each at its outermost borders. Between borders of one depth the
 * checksum of the line decides, so that a line added above a border moves none of those further below.
 */
export function cutLarge(lines: readonly string[], pieces: readonly Piece[], depth: CutDepth): Piece[] {
  return pieces.flatMap((piece) => {
    const rows = cutRows(lines, piece, depth);
    return [piece.from, ...rows].map((from, index) => ({
      ...piece,
      from,
      to: (rows[index] ?? piece.to + 1) - 1,
    }));
  });
}

/** Returns the rows before which a piece is cut. */
function cutRows(lines: readonly string[], piece: Piece, depth: CutDepth): number[] {
  // Blank lines at the ends are not stored, so they must not influence where the rest is cut.
  let from = piece.from;
  let last = piece.to;
  while (from < last && isBlank(lines[from])) from += 1;
  while (last > from && isBlank(lines[last])) last -= 1;
  let left = 0;
  for (let row = from; row <= last; row += 1) left += sizeOf(lines[row]);
  const cuts: number[] = [];
  while (left > (cuts.length === 0 ? LARGEST_PASSAGE : LARGEST_PART) && from < last) {
    const { row, taken } = bestCut(lines, { from, last, left }, depth);
    cuts.push(row);
    left -= taken;
    from = row;
  }
  return cuts;
}

/** The best row to cut before within the largest part, and the characters up to there. */
function bestCut(
  lines: readonly string[],
  { from, last, left }: { from: number; last: number; left: number },
  depth: CutDepth,
): { row: number; taken: number } {
  let best = { row: from + 1, taken: sizeOf(lines[from]) };
  let [least, sum] = [Number.POSITIVE_INFINITY, 0];
  for (let row = from; row < last; row += 1) {
    sum += sizeOf(lines[row]);
    // A line that is too long by itself is cut inside, later.
    if (row > from && sum > LARGEST_PART) break;
    const isSmall = sum < SMALLEST_PASSAGE || left - sum < SMALLEST_PASSAGE / 2;
    const at = (isSmall ? TOO_SMALL : 0) + depth(row + 1) + crc32(lines[row + 1] ?? '') / 2 ** 32;
    if (at <= least) [best, least] = [{ row: row + 1, taken: sum }, at];
  }
  return best;
}

/** Rates cuts without a syntax: best at a blank line, then where a line is indented less than others. */
export function textDepth(lines: readonly string[]): CutDepth {
  return (row) => {
    if (isEmptyLine(lines[row])) return 100;
    if (isEmptyLine(lines[row - 1])) return 0;
    return 1 + Math.min(20, /^\s*/.exec(lines[row] ?? '')?.[0].replaceAll('\t', '    ').length ?? 0);
  };
}

/** A blank line, or one that is blank but for the mark of the comment it belongs to. */
const isEmptyLine = (line: string | undefined): boolean =>
  isBlank(line) || /^\s*(?:\*|\/\/\/?)\s*$/.test(line ?? '');
