/** A path that holds all letters of the query in their order, with the places where they stand. */
export interface Match {
  path: string;
  score: number;
  at: number[];
}

interface Prepared {
  path: string;
  lower: string;
  /** Where the file's own name begins. */
  nameAt: number;
  /** Which of the letters a to z, 0 to 9 it holds: most paths fall out on one comparison. */
  mask: number;
}

/** The matches of one query: a longer query that begins with it searches only these. */
interface Step {
  letters: string;
  limit: number;
  left: readonly Prepared[];
  best: readonly Match[];
}

/** A finder over many paths: prepared once, asked at each key. */
export class FuzzyFinder {
  #prepared: readonly Prepared[];
  /** One step for each letter on the way to the last query, so that a letter more is cheap and a letter less is free. */
  #steps: Step[] = [];

  constructor(paths: readonly string[]) {
    this.#prepared = paths.map((path) => {
      const lower = path.toLowerCase();
      return { path, lower, nameAt: lower.lastIndexOf('/') + 1, mask: maskOf(lower) };
    });
  }

  /** The best matches, best first; all paths in their own order where nothing is asked. */
  find(query: string, limit = 60): readonly Match[] {
    const letters = query.toLowerCase().replace(/\s+/g, '');
    if (letters === '') return this.#prepared.slice(0, limit).map(({ path }) => ({ path, score: 0, at: [] }));
    while (this.#steps.length > 0 && !letters.startsWith(this.#steps.at(-1)?.letters ?? ''))
      this.#steps.pop();
    const last = this.#steps.at(-1);
    if (last?.letters === letters && last.limit === limit) return last.best;
    const step = search(last?.left ?? this.#prepared, letters, limit);
    this.#steps.push(step);
    return step.best;
  }
}

function search(among: readonly Prepared[], letters: string, limit: number): Step {
  const mask = maskOf(letters);
  const left: Prepared[] = [];
  const best: { entry: Prepared; score: number }[] = [];
  const at: number[] = Array.from({ length: letters.length }, () => 0);
  for (const entry of among) {
    if ((entry.mask & mask) !== mask || !place(entry, letters, at)) continue;
    left.push(entry);
    const score = scoreOf(entry, at);
    if (best.length < limit || score > (best[limit - 1]?.score ?? 0)) insert(best, { entry, score }, limit);
  }
  return {
    letters,
    limit,
    left,
    // Only the best matches get their positions: an array for each of 100,000 matches costs more than the matching.
    best: best.map(({ entry, score }) => {
      place(entry, letters, at);
      return { path: entry.path, score, at: [...at] };
    }),
  };
}

function insert<Scored extends { score: number }>(best: Scored[], match: Scored, limit: number): void {
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((best[middle]?.score ?? 0) >= match.score) low = middle + 1;
    else high = middle;
  }
  best.splice(low, 0, match);
  if (best.length > limit) best.pop();
}

/** Writes down where each letter stands: together in the name if it can be, or anywhere, or apart from the end on. */
function place({ lower, nameAt }: Prepared, letters: string, at: number[]): boolean {
  const inName = lower.indexOf(letters, nameAt);
  const together = inName >= 0 ? inName : lower.lastIndexOf(letters);
  if (together >= 0) {
    for (let i = 0; i < letters.length; i++) at[i] = together + i;
    return true;
  }
  let sought = letters.length - 1;
  let code = letters.charCodeAt(sought);
  for (let here = lower.length - 1; here >= sought; here--) {
    if (lower.charCodeAt(here) !== code) continue;
    at[sought] = here;
    if (sought === 0) return true;
    code = letters.charCodeAt(--sought);
  }
  return false;
}

/** A file's name counts before its folders; runs and word starts weigh more. */
function scoreOf({ path, lower, nameAt }: Prepared, at: readonly number[]): number {
  const first = at[0] ?? 0;
  const length = path.length * 0.02;
  if ((at.at(-1) ?? 0) - first === at.length - 1)
    return (first === nameAt ? 120 : first > nameAt ? 90 : 60) + at.length - length;
  let points = 0;
  for (let index = 0; index < at.length; index++) {
    const here = at[index] ?? 0;
    if (index > 0 && at[index - 1] === here - 1) points += 6;
    if (here === 0 || !isWord(lower.charCodeAt(here - 1))) points += 5;
    else if (path.charCodeAt(here) !== lower.charCodeAt(here)) points += 4;
    if (here >= nameAt) points += 2;
  }
  return Math.min(points, 55) - length;
}

function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}

function maskOf(text: string): number {
  let mask = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 97 && code <= 122) mask |= 1 << (code - 97);
    else if (code >= 48 && code <= 57) mask |= 1 << 26;
    else if (code === 46) mask |= 1 << 27;
    else if (code === 47) mask |= 1 << 28;
  }
  return mask;
}
