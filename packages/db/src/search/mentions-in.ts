/** More mentions than this add nothing to a score. */
const MOST = 12;
const QUOTE = 39;
const COMMA = 44;

/** The words of a question by the form in which a tsvector writes them, each with its place in the question. */
export function asWritten(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    words.map((word, place) => [
      word.replaceAll('\0', '').replaceAll('\\', '\\\\').replaceAll("'", "''"),
      place,
    ]),
  );
}

/**
 * Counts how often each asked word stands in a passage, from its tsvector as text: `'open':3 'queue':1,7`. PostgreSQL can count
 * only word by word, which for the fifty words of an issue and a thousand passages took longer than all else in a search.
 */
export function mentionsIn(vector: string, asked: ReadonlyMap<string, number>): number[] {
  const counts = Array.from({ length: asked.size }, () => 0);
  for (let at = 0; at < vector.length;) {
    const end = endOfWord(vector, at);
    const next = vector.indexOf(' ', end);
    const until = next < 0 ? vector.length : next;
    const place = asked.get(vector.slice(at + 1, end));
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
