import type { DiffLine } from './diff.ts';

/** Lines left out of a comparison, and the index of the first of them: it names the fold. */
export interface Fold {
  folded: number;
  at: number;
}

/** The changed lines of a comparison with some around them. Folds that are opened show all of theirs. */
export function diffRows(
  lines: readonly DiffLine[],
  opened: ReadonlySet<number> = new Set(),
  around = 3,
): (DiffLine | Fold)[] {
  const near = new Uint8Array(lines.length);
  for (const [index, line] of lines.entries()) {
    if (line.kind !== 'same') near.fill(1, Math.max(0, index - around), index + around + 1);
  }
  const rows: (DiffLine | Fold)[] = [];
  let at = 0;
  while (at < lines.length) {
    const start = at;
    const isNear = near[start] === 1;
    while (at < lines.length && (near[at] === 1) === isNear) at++;
    // A fold of a line or two would take the place of what it hides.
    if (isNear || at - start <= 2 || opened.has(start)) rows.push(...lines.slice(start, at));
    else rows.push({ folded: at - start, at: start });
  }
  return rows;
}

/** One line of a comparison side by side. */
export interface SplitRow {
  before: DiffLine | null;
  after: DiffLine | null;
}

/** The rows side by side: the removed lines of a change stand beside the added ones. */
export function splitRows(rows: readonly (DiffLine | Fold)[]): (SplitRow | Fold)[] {
  const out: (SplitRow | Fold)[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index++)
      out.push({ before: removed[index] ?? null, after: added[index] ?? null });
    removed = [];
    added = [];
  };
  for (const row of rows) {
    if (!('folded' in row) && row.kind === 'removed') removed.push(row);
    else if (!('folded' in row) && row.kind === 'added') added.push(row);
    else {
      flush();
      out.push('folded' in row ? row : { before: row, after: row });
    }
  }
  flush();
  return out;
}

/** For each changed line the line that it replaced, or was replaced by. */
export function partnersOf(lines: readonly DiffLine[]): Map<DiffLine, DiffLine> {
  const partners = new Map<DiffLine, DiffLine>();
  for (const row of splitRows(lines)) {
    if ('folded' in row || row.before === null || row.after === null || row.before === row.after) continue;
    partners.set(row.before, row.after);
    partners.set(row.after, row.before);
  }
  return partners;
}
