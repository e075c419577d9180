/** One line of a change: kept, removed from the older text, or added in the newer one. */
export interface Edit {
  readonly kind: 'kept' | 'removed' | 'added';
  readonly line: string;
}

/** Past this number of differing lines the shortest script is not searched any more: its cost grows with the square. */
const MOST_EDITS = 1500;

/**
 * The edits that turn one list of lines into another: the fewest, by Myers' greedy search. Where more than `MOST_EDITS`
 * lines differ between the equal start and end, that middle is replaced whole.
 */
export function editScript(before: readonly string[], after: readonly string[]): Edit[] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const from = before.slice(start, before.length - end);
  const to = after.slice(start, after.length - end);
  return [
    ...before.slice(0, start).map((line) => edit('kept', line)),
    ...(shortest(from, to) ?? replaced(from, to)),
    ...before.slice(before.length - end).map((line) => edit('kept', line)),
  ];
}

function edit(kind: Edit['kind'], line: string): Edit {
  return { kind, line };
}

function replaced(from: readonly string[], to: readonly string[]): Edit[] {
  return [...from.map((line) => edit('removed', line)), ...to.map((line) => edit('added', line))];
}

/** The shortest script; null where it is longer than `MOST_EDITS`. */
function shortest(from: readonly string[], to: readonly string[]): Edit[] | null {
  if (from.length === 0 || to.length === 0) return replaced(from, to);
  const most = Math.min(from.length + to.length, MOST_EDITS);
  // `reached[most + k]` is the farthest line of `from` on the diagonal k, after one edit for each round.
  const reached = new Int32Array(2 * most + 3);
  const rounds: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits += 1) {
    rounds.push(reached.slice(most - edits, most + edits + 3));
    for (let k = -edits; k <= edits; k += 2) {
      let x = startOf(reached, { k, edits, middle: most + 1 });
      while (x < from.length && x - k < to.length && from[x] === to[x - k]) x += 1;
      reached[most + 1 + k] = x;
      if (x >= from.length && x - k >= to.length) return walkBack(rounds, from, to);
    }
  }
  return null;
}

function startOf(
  reached: Int32Array,
  { k, edits, middle }: { readonly k: number; readonly edits: number; readonly middle: number },
): number {
  const below = reached[middle + k + 1] ?? 0;
  const left = reached[middle + k - 1] ?? 0;
  return k === -edits || (k !== edits && left < below) ? below : left + 1;
}

/** Reads the script from its end: each round knows the diagonals that the one before it had reached. */
function walkBack(rounds: readonly Int32Array[], from: readonly string[], to: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  let x = from.length;
  let y = to.length;
  for (const [back, reached] of rounds.toReversed().entries()) {
    const round = rounds.length - 1 - back;
    const { wasAdded, startX, startY } = stepBefore(reached, round, x - y);
    while (x > startX && y > startY) {
      x -= 1;
      y -= 1;
      edits.push(edit('kept', from[x] ?? ''));
    }
    if (round === 0) break;
    if (wasAdded) edits.push(edit('added', to[(y -= 1)] ?? ''));
    else edits.push(edit('removed', from[(x -= 1)] ?? ''));
  }
  return edits.reverse();
}

/** The place before the last edit of a round, and the kind of that edit. */
function stepBefore(
  reached: Int32Array,
  round: number,
  k: number,
): { wasAdded: boolean; startX: number; startY: number } {
  if (round === 0) return { wasAdded: false, startX: 0, startY: 0 };
  const at = (diagonal: number) => reached[round + 1 + diagonal] ?? 0;
  const wasAdded = k === -round || (k !== round && at(k - 1) < at(k + 1));
  const startX = at(wasAdded ? k + 1 : k - 1);
  return { wasAdded, startX, startY: startX - (wasAdded ? k + 1 : k - 1) };
}
