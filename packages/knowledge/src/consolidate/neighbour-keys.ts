import type { StatementFeatures } from './statement-features.ts';

/** Words of a statement that are paired: those with the smallest hashes, so that two statements choose alike. */
const MOST_WORDS = 12;

/**
 * Keys of which two statements have one in common wherever they say the same or the opposite: pairs of content words, and
 * single words where there are few. A look-up by them finds the neighbours of a statement without reading all others.
 */
export function neighbourKeys({ words }: Pick<StatementFeatures, 'words'>): number[] {
  const hashes = [...words.keys()]
    .map(hashOf)
    .toSorted((a, b) => a - b)
    .slice(0, MOST_WORDS);
  const pairs = hashes.flatMap((a, index) => hashes.slice(index + 1).map((b) => mixed(a, b)));
  return [...new Set(hashes.length <= 2 ? [...hashes, ...pairs] : pairs)];
}

const FNV_PRIME = 0x01000193;
const FNV_START = 0x811c9dc5;

function hashOf(word: string): number {
  let hash = FNV_START;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), FNV_PRIME) >>> 0;
  return hash;
}

/** One number of 53 bits from two of 32. */
function mixed(a: number, b: number): number {
  return (
    (Math.imul(a, 0x9e3779b1) >>> 11) * 0x1_0000_0000 + ((Math.imul(a ^ 0x85ebca6b, FNV_PRIME) ^ b) >>> 0)
  );
}
