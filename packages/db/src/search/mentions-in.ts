/** More mentions than this add nothing to a score. */
const MOST = 12;
const QUOTE = 39;
const COMMA = 44;

/** The words of a question, in the form in which a tsvector writes them. */
export interface AskedWords {
  /** The place of each in the question. */
  readonly places: ReadonlyMap<string, number>;
  /** Marks the first letters and lengths that they have, so that nearly all other words are passed over unread. */
  readonly shapes: Uint8Array;
}

const SHAPES = 1 << 13;

function shapeOf(first: number, length: number): number {
  return ((first & 127) << 6) | Math.min(length, 63);
}

/** Prepares the words of a question for being counted. */
export function asWritten(words: readonly string[]): AskedWords {
  const places = new Map<string, number>();
  const shapes = new Uint8Array(SHAPES);
  for (const [place, word] of words.entries()) {
    const written = word.replaceAll('\0', '').replaceAll('\\', '\\\\').replaceAll("'", "''");
    places.set(written, place);
    shapes[shapeOf(written.charCodeAt(0), written.length)] = 1;
  }
  return { places, shapes };
}

/**
 * Counts how often each asked word stands in a passage, from its tsvector as text: `'open':3 'queue':1,7`. PostgreSQL can count
 * only word by word, which for the fifty words of an issue and a thousand passages took longer than all else in a search.
 */
export function mentionsIn(vector: string, { places, shapes }: AskedWords): number[] {
  const counts = Array.from({ length: places.size }, () => 0);
  for (let at = 0; at < vector.length;) {
    const end = endOfWord(vector, at);
    const next = vector.indexOf(' ', end);
    const until = next < 0 ? vector.length : next;
    const isPossible = shapes[shapeOf(vector.charCodeAt(at + 1), end - at - 1)] === 1;
    const place = isPossible ? places.get(vector.slice(at + 1, end)) : undefined;
    if (place !== undefined) counts[place] = positionsIn(vector, end, until);
    at = until + 1;
  }
  return counts;
}

/** The index of the quote that ends a word; a quote inside of it is written twice. */
function endOfWord(vector: string, start: number): number {
  let end = vector.indexOf("'", start + 1);
  while (end >= 0 && vector.charCodeAt(end + 1) === QUOTE) end = vector.indexOf("'", end + 2);
  return end < 0 ? vector.length : end;
}

function positionsIn(vector: string, from: number, until: number): number {
  let count = 1;
  for (let at = from; at < until && count < MOST; at += 1) if (vector.charCodeAt(at) === COMMA) count += 1;
  return count;
}
