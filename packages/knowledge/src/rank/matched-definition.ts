import { nameKey } from './name-key.ts';
import { askedNames, nameMatch } from './name-match.ts';
import type { Candidate, Collection } from './rank-candidates.ts';
import type { ReadQuestion } from './read-question.ts';
import { fieldWords, rarity } from './word-score.ts';

/** Each step of certainty of a name counts more than all words of a question. */
const CERTAIN = 1e6;

/**
 * The name of the definition in a passage that a question is about: the one that it names, else the one whose name has most of
 * its words. Null where none has more of them than the passage's own name, which is that of its largest definition.
 */
export function matchedDefinition(
  { names, symbol, parents }: Pick<Candidate, 'names' | 'symbol' | 'parents'>,
  question: ReadQuestion,
  collection: Collection,
): string | null {
  const asked = askedNames(question);
  const symbolKey = nameKey(symbol ?? '');
  const words = question.words.map((one, index) => ({ ...one, held: collection.held[index] ?? 0 }));
  const weights = rarity(words, collection.passages);
  let best: string | null = null;
  let most = symbol === null ? 0 : worthOf(symbol);
  for (const name of names) {
    const worth = worthOf(name);
    if (worth > most) [best, most] = [ownName(name, parents), worth];
  }
  return best === symbol ? null : best;

  function worthOf(name: string): number {
    const said = fieldWords(ownName(name, parents));
    const byWords = words.reduce(
      (sum, { word }, index) => sum + (said.has(word) ? (weights[index] ?? 0) : 0),
      0,
    );
    return CERTAIN * nameMatch(name, symbolKey, asked) + byWords;
  }
}

/** The last part of a qualified name. The title of a test or a heading is one part, whatever marks stand in it. */
function ownName(name: string, parents: readonly string[]): string {
  const prefix = parents.length === 0 ? '' : `${parents.join('.')}.`;
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return /\s/.test(rest) ? rest : rest.slice(rest.lastIndexOf('.') + 1);
}
