const WORD = /[\p{L}\p{N}_$]+/gu;
const PARTS = /[_$]+|(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
/** PostgreSQL keeps no lexeme longer than 2,046 bytes; what is longer than this is no word anyway. */
const LONGEST = 64;

/** The words of a text as code has them: each identifier whole and in its parts, so `fetchBranchHead` is found by `branch`. */
export function codeWords(text: string): string {
  const words: string[] = [];
  for (const [word] of text.matchAll(WORD)) {
    if (word.length <= LONGEST) words.push(word.toLowerCase());
    const parts = word.split(PARTS);
    if (parts.length === 1) continue;
    for (const part of parts) if (part.length > 1 && part.length <= LONGEST) words.push(part.toLowerCase());
  }
  return words.join(' ');
}
