import type { Range } from '../text/line-runs.ts';

/** The places of a text in the lines of a file. */
export interface Finds {
  /** By the index of the line. */
  byLine: ReadonlyMap<number, readonly Range[]>;
  /** The lines of all places in their order: a line with two of them stands twice. */
  places: readonly number[];
}

export const NOTHING_FOUND: Finds = { byLine: new Map(), places: [] };
/** More places are not counted: no reader walks through them, and the page would hold them all. */
const MOST = 10_000;

/** Finds a text in lines, in any case unless it has a capital letter. */
export function findInLines(lines: readonly string[], sought: string): Finds {
  if (sought === '') return NOTHING_FOUND;
  const isExact = /\p{Lu}/u.test(sought);
  const wanted = isExact ? sought : sought.toLowerCase();
  const byLine = new Map<number, Range[]>();
  const places: number[] = [];
  for (const [index, line] of lines.entries()) {
    const text = isExact ? line : line.toLowerCase();
    let at = text.indexOf(wanted);
    while (at >= 0 && places.length < MOST) {
      const ranges = byLine.get(index) ?? [];
      ranges.push({ start: at, end: at + wanted.length });
      byLine.set(index, ranges);
      places.push(index);
      at = text.indexOf(wanted, at + wanted.length);
    }
    if (places.length >= MOST) break;
  }
  return { byLine, places };
}
