/** The most tokens of an answer unless the caller asks for more. */
export const MOST_TOKENS = 8000;
/** The most that a caller can ask for. */
export const LARGEST_ASKED = 50_000;
/** Left free for the head and the foot of an answer, and for what the estimate misses. */
const FRAME_TOKENS = 700;
const LONG_WORD = 7;
const LETTERS_OF_A_TOKEN = 5;
const SIGNS_OF_A_TOKEN = 3;

/** The pieces at whose borders a tokenizer cuts: words by their capitals, short numbers, signs, and blanks. */
const PIECES = /\p{Lu}?\p{Ll}+|\p{Lu}{1,2}|\p{L}|\p{N}{1,2}|[^\s\p{L}\p{N}]+|\s{2,}|\s/gu;

/** The tokens that the content of an answer may have. */
export function tokensFor(asked: number): number {
  return Math.max(1, asked - FRAME_TOKENS);
}

/**
 * Estimates the tokens of a text, rather too many than too few. A lock file full of hashes has twice as many for its length as
 * code, so the length alone says too little; the true table takes 100 MB, which a server of tools would load for this.
 */
export function tokensIn(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(PIECES)) tokens += tokensOf(piece);
  return Math.ceil(tokens);
}

function tokensOf(piece: string): number {
  // A blank belongs to the word behind it.
  if (piece === ' ') return 0;
  if (piece.length === 1 || /^\s/u.test(piece)) return 1;
  if (/^[\p{L}\p{N}]/u.test(piece)) return piece.length <= LONG_WORD ? 1 : piece.length / LETTERS_OF_A_TOKEN;
  return Math.ceil(piece.length / SIGNS_OF_A_TOKEN);
}

/** The first rows that fit together, and the number of those left out. The first row is always among them. */
export function fitting<T>(
  rows: readonly T[],
  textOf: (row: T) => string,
): { readonly shown: readonly T[]; readonly left: number } {
  const most = tokensFor(MOST_TOKENS);
  let used = 0;
  let count = 0;
  for (const row of rows) {
    used += tokensIn(textOf(row));
    if (count > 0 && used > most) break;
    count += 1;
  }
  return { shown: rows.slice(0, count), left: rows.length - count };
}
