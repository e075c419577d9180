const [OTHER, LOWER, UPPER, DIGIT, JOIN, LETTER] = [0, 1, 2, 3, 4, 5] as const;
const UNKNOWN = 255;
const FIRST_DIGIT = 48;
const LAST_DIGIT = 57;
/** `=`, which begins a whole identifier. */
const WHOLE = 61;

/** Characters read of a text: a passage is shorter, and a longer text says hardly more in its mean. */
const LONGEST_TEXT = 8000;
const LONGEST_PART = 32;
const LONGEST_IDENTIFIER = 80;
const SHORTEST_GROUP = 3;
const LONGEST_GROUP = 5;

const anyLetter = /[\p{L}\p{M}\p{N}]/u;
const classes = new Uint8Array(0x1_0000).fill(UNKNOWN);
for (let code = 0; code < 128; code += 1) classes[code] = asciiClass(code);

function asciiClass(code: number): number {
  if (code >= 97 && code <= 122) return LOWER;
  if (code >= 65 && code <= 90) return UPPER;
  if (code >= FIRST_DIGIT && code <= LAST_DIGIT) return DIGIT;
  return code === 95 || code === 36 ? JOIN : OTHER;
}

function classOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const known = classes[code] ?? OTHER;
  if (known !== UNKNOWN) return known;
  const isSurrogate = code >= 0xd800 && code < 0xe000;
  const found = isSurrogate || anyLetter.test(text[at] ?? '') ? LETTER : OTHER;
  classes[code] = found;
  return found;
}

/** Where an identifier that starts at a position ends, and where its parts begin. */
function partsOf(text: string, from: number, end: number): { to: number; starts: number[] } {
  const starts = [from];
  let before = classOf(text, from);
  let at = from + 1;
  for (; at < end; at += 1) {
    const now = classOf(text, at);
    if (now === OTHER) break;
    const last = starts.at(-1) ?? from;
    if (now !== before && !(before === UPPER && now === LOWER)) starts.push(at);
    // In `HTTPServer` the last capital belongs to the second part.
    else if (now !== before && at - 1 > last) starts.push(at - 1);
    before = now;
  }
  return { to: at, starts };
}

/**
 * The words of a text with their counts, in the order in which they first stand there: the parts of identifiers in lower
 * case, and each identifier of several parts as a whole behind `=`, without its underscores.
 */
export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (word: string): void => void counts.set(word, (counts.get(word) ?? 0) + 1);
  const end = Math.min(text.length, LONGEST_TEXT);
  for (let at = 0; at < end;) {
    if (classOf(text, at) === OTHER) {
      at += 1;
      continue;
    }
    const { to, starts } = partsOf(text, at, end);
    let parts = 0;
    for (let index = 0; index < starts.length; index += 1) {
      const from = starts[index] ?? to;
      const next = starts[index + 1] ?? to;
      if (classOf(text, from) === JOIN || next - from > LONGEST_PART) continue;
      parts += 1;
      add(text.slice(from, next).toLowerCase());
    }
    if (parts > 1 && to - at <= LONGEST_IDENTIFIER)
      add(`=${text.slice(at, to).toLowerCase().replace(/[_$]+/g, '')}`);
    at = to;
  }
  return counts;
}

/** True for words that have no vector of their own unless the model knows them: numbers and whole identifiers. */
export function isWithoutGroups(word: string): boolean {
  const first = word.charCodeAt(0);
  return first === WHOLE || (first >= FIRST_DIGIT && first <= LAST_DIGIT);
}

/** The groups of 3 to 5 letters of a word with its edges marked, each as the number of one of the buckets. */
export function letterGroups(word: string, buckets: number): number[] {
  const edged = `^${word}$`;
  const groups: number[] = [];
  for (let length = SHORTEST_GROUP; length <= LONGEST_GROUP; length += 1)
    for (let from = 0; from + length <= edged.length; from += 1)
      groups.push(hashOf(edged, from, from + length) % buckets);
  return groups;
}

/** FNV-1a of a stretch of a text, with a last mixing step. */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The weight of a word that stands in a text so often: the tenth mention says hardly more than the third. */
export function weightOf(count: number): number {
  return count === 1 ? 1 : 1 + Math.log(count);
}
