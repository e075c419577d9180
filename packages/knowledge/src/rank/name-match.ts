import { keysOfName, nameKey } from './name-key.ts';
import type { ReadQuestion } from './read-question.ts';

/** The names in a question, as they are written and as they are looked up. */
export interface AskedNames {
  readonly names: readonly string[];
  readonly keys: readonly string[];
}

/** Reads the names of a question once, for every definition that is compared with them. */
export function askedNames({ names }: Pick<ReadQuestion, 'names'>): AskedNames {
  return { names, keys: names.map(nameKey) };
}

/** The results of `nameMatch`: each is surer than those before it. */
export const NAME_MATCH = {
  none: 0,
  begins: 1,
  inside: 2,
  main: 3,
  insideAsWritten: 4,
  mainAsWritten: 5,
} as const;

/**
 * How surely a definition is what the question names: a name that is written alike before one of other case or marks, and the
 * passage's own name before one of several inside. A constructor that is called as its class counts as one of several: people
 * who type the name mean the class.
 */
export function nameMatch(name: string, symbolKey: string, { names, keys }: AskedNames): number {
  const ownKeys = keysOfName(name);
  const last = name.slice(name.lastIndexOf('.') + 1);
  const isMain = ownKeys[0] === symbolKey && !name.endsWith(`${last}.${last}`);
  let best: number = NAME_MATCH.none;
  for (const [index, key] of keys.entries()) {
    if (ownKeys.includes(key)) {
      const least = isWrittenAlike(name, names[index] ?? '') ? NAME_MATCH.insideAsWritten : NAME_MATCH.inside;
      best = Math.max(best, isMain ? least + 1 : least);
    } else if (key.length >= 4 && ownKeys[0]?.startsWith(key) === true)
      best = Math.max(best, NAME_MATCH.begins);
  }
  return best;
}

/** Whether a qualified name ends in the asked one, whatever stands between the containers there: `Router::add`, `Router#add`. */
function isWrittenAlike(qualifiedName: string, asked: string): boolean {
  const dotted = asked.replaceAll(/::|->|\\|(?<=.)#/g, '.');
  return qualifiedName === dotted || qualifiedName.endsWith(`.${dotted}`);
}
