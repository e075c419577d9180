/** A path that holds all letters of the query in their order, with the places where they stand. */
export interface Match {
  path: string;
  score: number;
  at: number[];
}

interface Prepared {
  path: string;
  lower: string;
  /** Which of the letters a to z, 0 to 9 it holds: most paths fall out on one comparison. */
  mask: number;
}

/** A finder over many paths: prepared once, asked at each key. */
export class FuzzyFinder {
  #prepared: Prepared[];

  constructor(paths: readonly string[]) {
    this.#prepared = paths.map((path) => {
      const lower = path.toLowerCase();
      return { path, lower, mask: maskOf(lower) };
    });
  }

  /** The best matches, best first; all paths in their own order where nothing is asked. */
  find(query: string, limit = 60): Match[] {
    const letters = query.toLowerCase().replace(/\s+/g, '');
    if (letters === '') return this.#prepared.slice(0, limit).map(({ path }) => ({ path, score: 0, at: [] }));
    const mask = maskOf(letters);
    const best: Match[] = [];
    for (const entry of this.#prepared) {
      if ((entry.mask & mask) !== mask) continue;
      const match = score(entry, letters);
      if (match === null) continue;
      if (best.length === limit && match.score <= (best[limit - 1]?.score ?? 0)) continue;
      insert(best, match, limit);
    }
    return best;
  }
}

function insert(best: Match[], match: Match, limit: number): void {
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

/** Matches from the end, so that the file's name counts before its folders; runs and word starts weigh more. */
function score({ path, lower }: Prepared, letters: string): Match | null {
  const nameAt = lower.lastIndexOf('/') + 1;
  const whole = lower.indexOf(letters, nameAt);
  if (whole >= 0) return exact(path, letters, whole, whole === nameAt ? 120 : 90);
  const anywhere = lower.lastIndexOf(letters);
  if (anywhere >= 0) return exact(path, letters, anywhere, 60);
  const at: number[] = [];
  let from = lower.length;
  for (let i = letters.length - 1; i >= 0; i--) {
    from = lower.lastIndexOf(letters.charAt(i), from - 1);
    if (from < 0 || (i > 0 && from === 0)) return null;
    at.unshift(from);
  }
  let points = 0;
  for (const [index, place] of at.entries()) {
    if (index > 0 && at[index - 1] === place - 1) points += 6;
    if (place === 0 || !/[a-z0-9]/.test(lower.charAt(place - 1))) points += 5;
    else if (path.charAt(place) !== lower.charAt(place)) points += 4;
    if (place >= nameAt) points += 2;
  }
  return { path, score: Math.min(points, 55) - path.length * 0.02, at };
}

function exact(path: string, letters: string, from: number, points: number): Match {
  const at = Array.from({ length: letters.length }, (_, index) => from + index);
  return { path, score: points + letters.length - path.length * 0.02, at };
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
