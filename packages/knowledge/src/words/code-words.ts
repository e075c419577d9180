const WORD = /[\p{L}\p{N}_$]+/gu;
const PARTS = /[_$]+|(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
/** PostgreSQL keeps no lexeme longer than 2,046 bytes; what is longer than this is no word anyway. */
const LONGEST = 64;
/** Scripts that put no space between words, or glue particles to them: what two neighbours say is found instead. */
const UNSPACED =
  /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+)/u;
const PERHAPS_UNSPACED = /[\u0e00-\uffff]/;

/** The words of a text as code has them: each identifier whole and in its parts, so `fetchBranchHead` is found by `branch`. */
export function codeWords(text: string): string {
  const words: string[] = [];
  for (const [word] of text.matchAll(WORD)) {
    if (word.length <= LONGEST) words.push(word.toLowerCase());
    const [first = '', ...rest] = PERHAPS_UNSPACED.test(word) ? word.split(UNSPACED) : [word];
    pushParts(words, first);
    // Now come by turns a run without spaces and what stands behind it.
    for (const [index, part] of rest.entries()) {
      if (index % 2 === 0) pushPairs(words, part, part === word);
      else pushParts(words, part);
      if (part.length > 1 && part !== word && part.length <= LONGEST) words.push(part.toLowerCase());
    }
    if (first !== '' && first !== word && first.length <= LONGEST) words.push(first.toLowerCase());
  }
  return words.join(' ');
}

function pushParts(words: string[], word: string): void {
  const parts = word.split(PARTS);
  if (parts.length === 1) return;
  for (const part of parts) if (part.length > 1 && part.length <= LONGEST) words.push(part.toLowerCase());
}

function pushPairs(words: string[], run: string, isWhole: boolean): void {
  const letters = [...run];
  if (letters.length === 2 && isWhole) return;
  for (let at = 0; at + 1 < letters.length; at += 1)
    words.push(`${letters[at] ?? ''}${letters[at + 1] ?? ''}`);
}
