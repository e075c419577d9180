import type { Authority } from '../rules/rule-file.ts';
import type { PathKind } from './path-kind.ts';

/**
 * Every number of the ranking. A score of words is divided by the best one of the question before anything is added, so one unit
 * is what the passage with the best words has. The measured effect of each is in docs/benchmarks.md.
 */
export const RANK_WEIGHTS = {
  /** BM25F: a word in a name that is defined counts as two in the text, one in the path as one. */
  symbol: 2,
  path: 1,
  /** How soon saying a word again adds nothing. */
  k1: 1,
  /** A long passage is hardly worse for its length: passages are cut to much the same size. */
  b: 0.3,
  /** The size of a passage that is neither long nor short, in tokens. */
  usualTokens: 200,
  /** The cosine of the vectors of question and passage, by a model that understands. */
  likeness: 2.25,
  /** The same by a model that knows the letters of words and little of their meaning. */
  likenessOfLetters: 0.5,
  /** Among definitions of the same name meaning says little, for all of them say the name. */
  likenessOfNames: 0.5,
  /** A definition whose name stands in the question among other words. */
  namedInside: 0.6,
  /** A definition whose name is the whole question comes before everything that is not one. */
  namedWhole: 10,
  /** Among these: the passage's own name before one of several inside. */
  namedSurely: 0.5,
  /** Among these: a name in the very case and marks of the question comes before others, whatever else is known of them. */
  namedAsWritten: 5,
  /** A definition of the name in a test, an example, a file of types or data: people who type a name mean the one in the source. */
  namedAside: 1,
  /** A name that begins with the question. */
  namePrefix: 0.4,
  /** A file whose name stands in a stack frame of the question. */
  fileMentioned: 0.5,
  /** A file whose own name is the whole question: behind a definition that is named so, before one that only has such a part. */
  fileNamed: 15.2,
  /** The best passages of a file together add a little to its best one. */
  coherence: 0.3,
  /** Each further passage of the same file steps back, up to three times. */
  saturation: 0.2,
  /** A document that binds comes before one that says the same and does not. */
  authority: { MANDATORY: 0.3, GUIDELINE: 0.1, INFORMATIONAL: 0.05 } satisfies Record<Authority, number>,
  /** A passage that only imports or passes on names. */
  reExport: 0.5,
  /** Steps back unless the question asks for the kind. */
  kinds: {
    source: 0,
    typing: 0.7,
    document: 0.05,
    /** Page templates and style sheets have many everyday words and say little by them. */
    layout: 0.2,
    test: 0.8,
    example: 0.3,
    changelog: 0.5,
    translation: 0.6,
    generated: 0.4,
    meta: 0.4,
  } satisfies Record<PathKind, number>,
};

/** How much the likeness of vectors counts beside words, by what their model understands. */
export function likenessWeight(model: string | null): number {
  if (model === null) return 0;
  return model.startsWith('local-') ? RANK_WEIGHTS.likenessOfLetters : RANK_WEIGHTS.likeness;
}
