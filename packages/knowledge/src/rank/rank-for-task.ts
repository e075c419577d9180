import { pathKind } from './path-kind.ts';
import {
  rankCandidates,
  type Candidate,
  type Collection,
  type Ranked,
  type RankMode,
} from './rank-candidates.ts';
import { RANK_WEIGHTS } from './rank-weights.ts';
import type { ReadQuestion } from './read-question.ts';
import { rarity } from './word-score.ts';

/** The numbers of the order of files. Each was chosen on 32 fixes of four repositories; docs/benchmarks.md has the figures. */
const WEIGHTS = {
  /** The weight of the words of all found passages of a file beside its best passage. */
  file: 0.5,
  k1: 1.2,
  b: 0.25,
  /** Documents have a part of their own, so code comes before what only speaks of it. */
  document: 0.55,
};
/** How many files get a second and a third passage, after the first files had their first. */
const WIDE = 8;
const DEEP = 4;
const MOST_OF_FILE = 3;

interface FoundFile<C extends Candidate> {
  readonly path: string;
  readonly hits: Ranked<C>[];
  score: number;
}

/**
 * Orders passages for a task: what counts is how many of the right files come early. So files are ranked first, by their best passage
 * and by what all of their passages say together; then each file gives its best passage before any gives its second.
 */
export function rankForTask<C extends Candidate>(
  question: ReadQuestion,
  candidates: readonly C[],
  given: { readonly collection: Collection; readonly mode: RankMode },
): Ranked<C>[] {
  const hits = rankCandidates(question, candidates, given);
  const files = new Map<string, FoundFile<C>>();
  for (const hit of hits) {
    const key = hit.candidate.path ?? hit.candidate.file;
    const file = files.get(key) ?? { path: key, hits: [], score: 0 };
    files.set(key, file);
    file.hits.push(hit);
  }
  const evidence = evidenceOf(question, candidates, given.collection);
  const best = Math.max(1e-9, ...hits.map(({ score }) => score));
  const most = Math.max(1e-9, ...evidence.values());
  for (const file of files.values()) {
    const first = file.hits[0]?.score ?? 0;
    file.score =
      first / best + (WEIGHTS.file * (evidence.get(file.path) ?? 0)) / most - stepBack(file.path, question);
  }
  const ordered = [...files.values()].sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
  return spread(ordered);
}

/** The score of a passage has the kind of its file in it; here the kinds count once more, so that tests and documents come later. */
function stepBack(path: string, { asksFor }: ReadQuestion): number {
  const kind = pathKind(path);
  if (asksFor.has(kind)) return 0;
  return RANK_WEIGHTS.kinds[kind] + (kind === 'document' ? WEIGHTS.document : 0);
}

/** BM25 of each file over all of its passages that were found. */
function evidenceOf<C extends Candidate>(
  question: ReadQuestion,
  candidates: readonly C[],
  collection: Collection,
): ReadonlyMap<string, number> {
  const asked = question.words.map((one, index) => ({ ...one, held: collection.held[index] ?? 0 }));
  const weights = rarity(asked, collection.passages);
  const files = new Map<string, { mentions: number[]; tokens: number }>();
  // All of these are whole numbers, so their sums are the same in any order.
  for (const { path, file, mentions, tokens } of candidates) {
    const key = path ?? file;
    const sums = files.get(key) ?? { mentions: weights.map(() => 0), tokens: 0 };
    files.set(key, sums);
    for (let index = 0; index < mentions.length; index += 1)
      sums.mentions[index] = (sums.mentions[index] ?? 0) + (mentions[index] ?? 0);
    sums.tokens += tokens;
  }
  const all = [...files.values()].reduce((sum, { tokens }) => sum + tokens, 0);
  const usual = Math.max(1, all / Math.max(1, files.size));
  const { k1, b } = WEIGHTS;
  return new Map(
    [...files].map(([key, { mentions, tokens }]) => {
      const length = 1 - b + (b * tokens) / usual;
      const score = weights.reduce((sum, weight, index) => {
        const count = (mentions[index] ?? 0) / length;
        return count === 0 ? sum : sum + (weight * count * (k1 + 1)) / (count + k1);
      }, 0);
      return [key, score];
    }),
  );
}

/** The best passages of the first files, second ones of the very first, then the best of all others, then what is left. */
function spread<C extends Candidate>(files: readonly FoundFile<C>[]): Ranked<C>[] {
  const at = (rank: number, from: number, to: number): Ranked<C>[] =>
    files.slice(from, to).flatMap(({ hits }) => hits.slice(rank, rank + 1));
  const some = at(0, 0, WIDE).concat(at(1, 0, DEEP), at(0, WIDE, files.length));
  const rest = [
    at(1, DEEP, files.length),
    ...Array.from({ length: MOST_OF_FILE - 2 }, (_, more) => at(more + 2, 0, WIDE)),
  ];
  return some.concat(...rest);
}
