/** A line of a comparison, with its numbers on either side. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
  before: number | null;
  after: number | null;
}

/** With more edits than this the search for the shortest way stops: the middle is shown as replaced. */
const MOST_EDITS = 1500;

/** Compares two texts line by line (Myers): the common start, the common end, and the shortest edit between. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const out: DiffLine[] = [];
  for (let i = 0; i < start; i++) out.push({ kind: 'same', text: a[i] ?? '', before: i + 1, after: i + 1 });
  out.push(...middle(a, b, { start, endA, endB }));
  for (let i = 0; i < a.length - endA; i++) {
    out.push({ kind: 'same', text: a[endA + i] ?? '', before: endA + i + 1, after: endB + i + 1 });
  }
  return out;
}

interface Range {
  start: number;
  endA: number;
  endB: number;
}

function middle(a: string[], b: string[], range: Range): DiffLine[] {
  const trace = shortest(a, b, range);
  if (trace === null) return replaced(a, b, range);
  const { start } = range;
  const same = (x: number, y: number): DiffLine => ({
    kind: 'same',
    text: a[start + x] ?? '',
    before: start + x + 1,
    after: start + y + 1,
  });
  const out: DiffLine[] = [];
  let x = range.endA - start;
  let y = range.endB - start;
  // Walked backwards: the path of the fewest edits is known by its end.
  for (let d = trace.length - 1; d > 0; d--) {
    const from = stepBefore(trace[d] ?? new Map<number, number>(), d, x - y);
    while (x > from.x && y > from.y) out.push(same(--x, --y));
    if (from.isAdded)
      out.push({ kind: 'added', text: b[start + --y] ?? '', before: null, after: start + y + 1 });
    else out.push({ kind: 'removed', text: a[start + --x] ?? '', before: start + x + 1, after: null });
  }
  while (x > 0 && y > 0) out.push(same(--x, --y));
  return out.reverse();
}

/** The point that the d-th edit on diagonal k started from, and whether it added a line. */
function stepBefore(
  furthest: ReadonlyMap<number, number>,
  d: number,
  k: number,
): { x: number; y: number; isAdded: boolean } {
  const isAdded = k === -d || (k !== d && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));
  const before = isAdded ? k + 1 : k - 1;
  const x = furthest.get(before) ?? 0;
  return { x, y: x - before, isAdded };
}

/** The furthest points for each number of edits; null if there are too many edits. */
function shortest(a: string[], b: string[], { start, endA, endB }: Range): Map<number, number>[] | null {
  const n = endA - start;
  const m = endB - start;
  const furthest = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let d = 0; d <= Math.min(n + m, MOST_EDITS); d++) {
    trace.push(new Map(furthest));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < n && y < m && a[start + x] === b[start + y]) {
        x++;
        y++;
      }
      furthest.set(k, x);
      if (x >= n && y >= m) return trace;
    }
  }
  return null;
}

function replaced(a: string[], b: string[], { start, endA, endB }: Range): DiffLine[] {
  const out: DiffLine[] = [];
  for (let i = start; i < endA; i++)
    out.push({ kind: 'removed', text: a[i] ?? '', before: i + 1, after: null });
  for (let i = start; i < endB; i++)
    out.push({ kind: 'added', text: b[i] ?? '', before: null, after: i + 1 });
  return out;
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
