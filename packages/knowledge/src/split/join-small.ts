import { crc32 } from 'node:zlib';
import { isBlank, LARGEST_PASSAGE, sizeOf, SMALLEST_PASSAGE, type Piece } from './piece.ts';

/** As much of a piece as its border's checksum covers: its first lines, which an edit further down leaves alone. */
const CHECKED_ROWS = 4;

/** A run of neighbouring pieces that have been joined, stored at the index of its first and of its last piece. */
interface Run {
  readonly first: number;
  readonly last: number;
  readonly size: number;
}

/**
 * Joins small neighbours until each passage says enough to be found, and never beyond the largest passage or across a
 * container's end. Borders are given up in the order of their rank and checksum instead of from the top: a line added
 * above then changes the runs next to it only, and the passages below keep their hashes.
 */
export function joinSmall(lines: readonly string[], given: readonly Piece[]): Piece[] {
  const pieces = withoutBlankStart(lines, given);
  const runs: Run[] = pieces.map(({ from, to }, index) => ({
    first: index,
    last: index,
    size: sizeOfRows(lines, from, to),
  }));
  for (const border of bordersByWorth(lines, pieces)) {
    const above = runs[border - 1];
    const below = runs[border];
    if (above === undefined || below === undefined || !mayJoin(pieces, above, below)) continue;
    const joined = { first: above.first, last: below.last, size: above.size + below.size };
    runs[joined.first] = joined;
    runs[joined.last] = joined;
  }
  const joined: Piece[] = [];
  for (let index = 0; index < pieces.length; index = (runs[index]?.last ?? index) + 1)
    joined.push(merged(lines, pieces.slice(index, (runs[index]?.last ?? index) + 1)));
  return joined;
}

/** The index of each piece that has one before it, in the order in which the borders between them are given up. */
function bordersByWorth(lines: readonly string[], pieces: readonly Piece[]): number[] {
  const worth = pieces.map(
    ({ from, rank }) =>
      rank +
      crc32(
        lines
          .slice(from, from + CHECKED_ROWS)
          .join('\n')
          .trim(),
      ) /
        2 ** 32,
  );
  return pieces
    .map((_, index) => index)
    .slice(1)
    .toSorted((a, b) => (worth[a] ?? 0) - (worth[b] ?? 0));
}

function mayJoin(pieces: readonly Piece[], above: Run, below: Run): boolean {
  const first = pieces[above.first];
  const next = pieces[below.first];
  if (first === undefined || next === undefined || next.isClosed || first.level > next.level) return false;
  // Imports change often; joined to the first definition, each change would make a new passage of it.
  if (above.first === 0 && first.symbol === null && below.size >= SMALLEST_PASSAGE) return false;
  const [small, large] = above.size < below.size ? [above.size, below.size] : [below.size, above.size];
  // A piece that will be cut anyway takes a scrap along, which would otherwise be a passage of a line or two.
  if (large > LARGEST_PASSAGE) return small < SMALLEST_PASSAGE / 2;
  return small < SMALLEST_PASSAGE && small + large <= LARGEST_PASSAGE;
}

/** One piece for a run, named by the definition that is most of it, else by the largest of the outermost ones. */
function merged(lines: readonly string[], run: readonly Piece[]): Piece {
  const sized = run.map((piece) => ({ piece, size: sizeOfRows(lines, piece.from, piece.to) }));
  const named = sized.filter(({ piece }) => piece.symbol !== null);
  const level = named.reduce((least, { piece }) => Math.min(least, piece.level), Number.POSITIVE_INFINITY);
  const half = sized.reduce((sum, { size }) => sum + size, 0) / 2;
  const worth = ({ piece, size }: { piece: Piece; size: number }): number =>
    size <= half && piece.level > level ? 0 : size;
  const main = (named.length > 0 ? named : sized).reduce((most, each) =>
    worth(each) > worth(most) ? each : most,
  );
  return { ...main.piece, from: run[0]?.from ?? main.piece.from, to: run.at(-1)?.to ?? main.piece.to };
}

/** Blank lines above all else are not stored, so they must not influence what is joined: the first piece begins below. */
function withoutBlankStart(lines: readonly string[], pieces: readonly Piece[]): readonly Piece[] {
  const row = lines.findIndex((line) => !isBlank(line));
  const below = pieces.filter(({ to }) => to >= row);
  const [first, ...rest] = below;
  return row <= 0 || first === undefined ? pieces : [{ ...first, from: row }, ...rest];
}

/** The characters of some rows with their ends. */
function sizeOfRows(lines: readonly string[], from: number, to: number): number {
  let size = 0;
  for (let row = from; row <= to; row += 1) size += sizeOf(lines[row]);
  return size;
}
