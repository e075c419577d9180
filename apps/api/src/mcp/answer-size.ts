/** The most tokens of an answer unless the caller asks for more. */
export const MOST_TOKENS = 8000;
/** The most that a caller can ask for. */
export const LARGEST_ASKED = 50_000;
/** Code has three letters and more to a token, and two where it is dense: this stays on the safe side. */
const LETTERS_PER_TOKEN = 2.6;
/** Left free for the head and the foot of an answer. */
const FRAME_LETTERS = 900;

/** The letters that an answer of this many tokens may have. */
export function lettersFor(tokens: number): number {
  return Math.floor(tokens * LETTERS_PER_TOKEN) - FRAME_LETTERS;
}

/** The first rows that fit together, and the number of those left out. The first row is always among them. */
export function fitting<T>(
  rows: readonly T[],
  sizeOf: (row: T) => number,
  letters = lettersFor(MOST_TOKENS),
): { readonly shown: readonly T[]; readonly left: number } {
  let used = 0;
  let count = 0;
  for (const row of rows) {
    used += sizeOf(row);
    if (count > 0 && used > letters) break;
    count += 1;
  }
  return { shown: rows.slice(0, count), left: rows.length - count };
}
