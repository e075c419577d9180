import { remembered } from '../words/remembered.ts';
import { searchWords } from '../words/search-words.ts';
import { RANK_WEIGHTS } from './rank-weights.ts';

/** A word of the question, with what it counts and how rare it is. */
export interface AskedWord {
  readonly word: string;
  readonly weight: number;
  /** How many passages have it. */
  readonly held: number;
}

/** The fields of a passage that words are looked for in. */
export interface WordFields {
  /** How often each word of the question stands in the text. */
  readonly mentions: readonly number[];
  readonly tokens: number;
  readonly symbol: string;
  readonly path: string;
}

/** The score of a passage's words, and the share of the question's weight that it covers. */
export interface WordScore {
  readonly score: number;
  readonly coverage: number;
}

/** The weight of each word by its rarity. */
export function rarity(words: readonly AskedWord[], passages: number): number[] {
  return words.map(
    ({ held, weight }) => weight * Math.log(1 + (Math.max(0, passages - held) + 0.5) / (held + 0.5)),
  );
}

/** BM25F: the mentions in all fields are added, each with its field's weight, before they saturate. */
export function scoreWords(
  fields: WordFields,
  words: readonly AskedWord[],
  weights: readonly number[],
): WordScore {
  const { k1, b, usualTokens, symbol, path } = RANK_WEIGHTS;
  const length = 1 - b + (b * fields.tokens) / usualTokens;
  const symbolWords = fieldWords(fields.symbol);
  const pathWords = fieldWords(fields.path);
  let score = 0;
  let covered = 0;
  let all = 0;
  // By index, for it runs some thirty thousand times for the words of an issue: iterators took longer than all else in ranking.
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]?.word ?? '';
    const weight = weights[index] ?? 0;
    let mentions = (fields.mentions[index] ?? 0) / length;
    if (symbolWords.has(word)) mentions += symbol;
    if (pathWords.has(word)) mentions += path;
    all += weight;
    if (mentions === 0) continue;
    score += (weight * mentions * (k1 + 1)) / (mentions + k1);
    covered += weight;
  }
  return { score, coverage: all === 0 ? 0 : covered / all };
}

/** The words of a short text. A question ranks hundreds of passages from few files, so those of a path are asked for again and again. */
export const fieldWords = remembered(
  (text): ReadonlySet<string> => new Set(searchWords(text).split(' ')),
  1_000_000,
);
