import { hashedVector } from '../src/embed/local-embedder.ts';
import { TextVectors } from '../src/embed/static-embedder.ts';
import { countWords } from '../src/embed/static-embedder-words.ts';
import type { PackagePairs } from './collect-pairs.ts';
import { pairKinds, type PairKind } from './pair.ts';

/** Ranks the answers of one package by their likeness to each question. */
type Ranker = (answers: readonly string[]) => (question: string) => ArrayLike<number>;

const MOST_PAIRS = 500;
/** Hits that count. */
const DEPTH = 10;
const [K1, B] = [1, 0.3] as const;

function byCosine(vectorOf: (text: string) => Float32Array): Ranker {
  return (answers) => {
    const vectors = answers.map(vectorOf);
    return (question) => {
      const asked = vectorOf(question);
      return vectors.map((vector) => {
        let sum = 0;
        for (let at = 0; at < asked.length; at += 1) sum += (asked[at] ?? 0) * (vector[at] ?? 0);
        return sum;
      });
    };
  };
}

function byWords(answers: readonly string[]): (question: string) => Float64Array {
  const counted = answers.map(countWords);
  const lengths = counted.map((words) => words.values().reduce((sum, count) => sum + count, 0));
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const postings = new Map<string, [text: number, count: number][]>();
  counted.forEach((words, text) => {
    for (const [word, count] of words) {
      const list = postings.get(word) ?? [];
      list.push([text, count]);
      postings.set(word, list);
    }
  });
  return (question) => {
    const scores = new Float64Array(answers.length);
    for (const word of countWords(question).keys()) {
      const list = postings.get(word) ?? [];
      const rarity = Math.log(1 + (answers.length - list.length + 0.5) / (list.length + 0.5));
      for (const [text, count] of list)
        scores[text] =
          (scores[text] ?? 0) +
          (rarity * count * (K1 + 1)) / (count + K1 * (1 - B + (B * (lengths[text] ?? 0)) / mean));
    }
    return scores;
  };
}

/** The reciprocal rank of an answer, zero below the tenth place; ties count against it. */
function reciprocalRank(scores: ArrayLike<number>, right: number): number {
  const score = scores[right] ?? 0;
  let rank = 1;
  for (let at = 0; at < scores.length; at += 1) if (at !== right && (scores[at] ?? 0) >= score) rank += 1;
  return rank > DEPTH || score <= 0 ? 0 : 1 / rank;
}

/** Mean reciprocal ranks: of each kind of pair, and of all packages counted alike. */
export interface Measured {
  readonly mean: number;
  readonly byKind: ReadonlyMap<PairKind, number>;
}

/** Measures a ranker on packages that no training has seen, each question among the answers of its own package. */
function measureRanker(ranker: Ranker, packages: readonly PackagePairs[]): Measured {
  const means: number[] = [];
  const kinds = new Map<PairKind, number[]>(pairKinds.map((kind) => [kind, []]));
  for (const { pairs } of packages) {
    const stride = Math.max(1, pairs.length / MOST_PAIRS);
    const sample = Array.from(
      { length: Math.min(pairs.length, MOST_PAIRS) },
      (_, at) => pairs[Math.floor(at * stride)],
    ).filter((pair) => pair !== undefined);
    const rank = ranker(sample.map(({ answer }) => answer));
    const ranks = sample.map(({ question }, at) => reciprocalRank(rank(question), at));
    sample.forEach(({ kind }, at) => kinds.get(kind)?.push(ranks[at] ?? 0));
    means.push(meanOf(ranks));
  }
  return { mean: meanOf(means), byKind: new Map([...kinds].map(([kind, ranks]) => [kind, meanOf(ranks)])) };
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / Math.max(1, numbers.length);
}

/** Measures the model beside BM25 and the embedder of earlier versions, on the same pairs. */
export function measure(
  vectors: TextVectors,
  packages: readonly PackagePairs[],
): ReadonlyMap<string, Measured> {
  const rankers: [string, Ranker][] = [
    [vectors.model.name, byCosine((text) => vectors.vectorOf(text))],
    ['BM25', byWords],
    ['local-3', byCosine(hashedVector)],
  ];
  return new Map(rankers.map(([label, ranker]) => [label, measureRanker(ranker, packages)]));
}
