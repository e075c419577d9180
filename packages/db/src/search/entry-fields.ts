import { keysOfName, searchWords } from '@project-sync/knowledge';
import type { KeptEntry } from '@project-sync/sync';

/** The kinds of definitions that name a place in a document or in data, and nothing that code could call. */
const PLACES: ReadonlySet<string> = new Set(['SECTION', 'KEY', 'ELEMENT', 'STYLE', 'OBJECT', 'TEST']);
const MOST_NAMES = 200;

/** The fields of an entry that only search reads. */
export interface SearchFields {
  readonly names: readonly string[];
  /** A `tsvector` in its text form: each key once, with weight A for code and D for places. */
  readonly nameKeys: string;
  readonly head: string | null;
  /** The words of the head and of the text, in the form that `to_tsvector` splits at spaces. */
  readonly words: string;
  readonly generated: boolean;
}

/** Makes the fields that search reads of an entry. */
export function searchFields(entry: KeptEntry): SearchFields {
  const own = entry.symbol === null ? [] : [[...entry.parents, entry.symbol].join('.')];
  const ownKind = entry.kind === 'CODE' ? 'FUNCTION' : 'SECTION';
  const definitions = entry.definitions ?? own.map((qualifiedName) => ({ qualifiedName, kind: ownKind }));
  const keys = new Map<string, 'A' | 'D'>();
  for (const { qualifiedName, kind } of definitions.slice(0, MOST_NAMES))
    for (const key of keysOfName(qualifiedName))
      if (keys.get(key) !== 'A') keys.set(key, PLACES.has(kind) ? 'D' : 'A');
  const head = entry.head ?? null;
  return {
    names: (entry.names ?? own).slice(0, MOST_NAMES),
    nameKeys: [...keys].map(([key, weight]) => `'${key}':1${weight}`).join(' '),
    head,
    words: head === null ? entry.words : `${searchWords(head)} ${entry.words}`,
    generated: entry.generated ?? false,
  };
}
