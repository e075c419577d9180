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

/**
 * How surely a definition is what the question names: 4 where it is the passage's own name and 3 where it is one of several,
 * written alike; half a step less where case and marks differ; 1 where a name only begins so; 0 where nothing names it. A constructor
 * that is called as its class counts as one of several: people who type the name mean the class.
 */
export function nameMatch(name: string, symbolKey: string, { names, keys }: AskedNames): number {
  const ownKeys = keysOfName(name);
  const last = name.slice(name.lastIndexOf('.') + 1);
  const isMain = ownKeys[0] === symbolKey && !name.endsWith(`${last}.${last}`) ? 1 : 0;
  let best = 0;
  for (const [index, key] of keys.entries()) {
    if (names[index] === last || names[index] === name) best = Math.max(best, 3 + isMain);
    else if (ownKeys.includes(key)) best = Math.max(best, 2.5 + isMain);
    else if (key.length >= 4 && ownKeys[0]?.startsWith(key) === true) best = Math.max(best, 1);
  }
  return best;
}
