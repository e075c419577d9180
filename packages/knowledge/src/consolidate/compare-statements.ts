import type { TextVectors, WordVector } from '../embed/static-embedder.ts';
import { featuresOf, type StatementFeatures } from './statement-features.ts';

/** A statement made ready for comparing. */
export interface Comparable {
  readonly features: StatementFeatures;
  /** The vectors of each content word. */
  readonly words: ReadonlyMap<string, readonly WordVector[]>;
}

/** How two statements relate: they say the same, the opposite, or something else of one subject; and how near they are. */
export interface Relation {
  readonly kind: 'same' | 'opposite' | 'related';
  readonly likeness: number;
}

/** Least likenesses from 0 to 1, tuned on planted letters and measured on others by `bench/consolidate.ts`. */
const RELATED_WORDS = 0.3;
const SUBJECT_WORDS = 0.5;
/** How much like a word of the other side a word must be where both sides have words of their own. */
const SYNONYM = 0.6;
/** The share of common words with another sign from which on two statements contradict each other, and up to which they agree. */
const CONFLICT = 0.5;
const AGREEMENT = 0.2;
const NAME_WEIGHT = 2.5;

/** Reads a statement for comparing. */
export function comparable(statement: string, vectors: TextVectors): Comparable {
  const features = featuresOf(statement);
  const words = new Map([...features.words.keys()].map((word) => [word, vectors.wordVectors(word)]));
  return { features, words };
}

/** Compares two statements; null where they speak of different things. Order does not matter. */
export function relationOf(a: Comparable, b: Comparable, vectors: TextVectors): Relation | null {
  const words = sharedWords(a.features, b.features);
  if (words.share < RELATED_WORDS) return null;
  return { kind: kindOf({ a, b, vectors }, words), likeness: words.share };
}

interface Compared {
  readonly a: Comparable;
  readonly b: Comparable;
  readonly vectors: TextVectors;
}

function kindOf({ a, b, vectors }: Compared, words: SharedWords): Relation['kind'] {
  if (words.share < SUBJECT_WORDS) return 'related';
  if (!agreeOnNames(a.features, b.features) || !agreeOnRest({ a, b, vectors })) return 'related';
  const numbers = compareNumbers(a.features, b.features);
  if (words.conflict >= CONFLICT || (numbers === 'differ' && words.conflict <= AGREEMENT)) return 'opposite';
  return numbers === 'equal' && words.conflict <= AGREEMENT ? 'same' : 'related';
}

/** Where each side has words that the other lacks, they must be like each other: else the two speak of different things. */
function agreeOnRest({ a, b, vectors }: Compared): boolean {
  const own = restOf(a, b);
  const other = restOf(b, a);
  if (own.length === 0 || other.length === 0) return true;
  return Math.max(vectors.maxsim(own, other), vectors.maxsim(other, own)) >= SYNONYM;
}

const restOf = (of: Comparable, against: Comparable): WordVector[] =>
  [...of.words].flatMap(([word, found]) => (against.words.has(word) ? [] : found));

interface SharedWords {
  /** The weight of the common words in that of all words. */
  readonly share: number;
  /** The share of the common words that one affirms and the other denies. */
  readonly conflict: number;
}

function sharedWords(a: StatementFeatures, b: StatementFeatures): SharedWords {
  let [common, all, signed, conflict] = [0, 0, 0, 0];
  for (const [word, sign] of a.words) {
    const weight = weightIn(word, a, b);
    all += weight;
    const other = b.words.get(word);
    if (other === undefined) continue;
    common += weight;
    if (a.asides.has(word) && b.asides.has(word)) continue;
    signed += weight;
    if (other !== sign) conflict += weight;
  }
  for (const word of b.words.keys()) if (!a.words.has(word)) all += weightIn(word, b, a);
  return { share: all === 0 ? 0 : common / all, conflict: signed === 0 ? 0 : conflict / signed };
}

function weightIn(word: string, a: StatementFeatures, b: StatementFeatures): number {
  const isName = a.names.has(word) || b.names.has(word) || a.mentioned.has(word) || b.mentioned.has(word);
  return isName ? NAME_WEIGHT : 1;
}

/** Whether each name and each identifier of one statement stands in the other as well. */
function agreeOnNames(a: StatementFeatures, b: StatementFeatures): boolean {
  const holds = (names: ReadonlySet<string>, other: StatementFeatures) =>
    [...names].every((name) => other.mentioned.has(name) || other.words.has(name));
  return holds(a.names, b) && holds(b.names, a) && holds(a.identifiers, b) && holds(b.identifiers, a);
}

function compareNumbers(a: StatementFeatures, b: StatementFeatures): 'equal' | 'differ' | 'unknown' {
  const denies =
    [...a.numbers].some((number) => b.deniedNumbers.has(number)) ||
    [...b.numbers].some((number) => a.deniedNumbers.has(number));
  if (denies) return 'differ';
  const missing = [...a.numbers].filter((number) => !b.numbers.has(number)).length;
  const extra = [...b.numbers].filter((number) => !a.numbers.has(number)).length;
  if (missing === 0 && extra === 0) return 'equal';
  return missing > 0 && extra > 0 ? 'differ' : 'unknown';
}
