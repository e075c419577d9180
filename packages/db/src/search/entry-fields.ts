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

/** An entry of rules that may not tell definitions apart yet. */
type Entry = KeptEntry & {
  readonly head?: string | null;
  readonly names?: readonly string[];
  readonly definitions?: readonly { readonly qualifiedName: string; readonly kind: string }[];
  readonly generated?: boolean;
};

/** Makes the fields that search reads of an entry. */
export function searchFields(given: Entry): SearchFields {
  const own = given.symbol === null ? [] : [[...given.parents, given.symbol].join('.')];
  const kind = given.kind === 'CODE' ? 'FUNCTION' : 'SECTION';
  const entry = {
    words: given.words,
    head: given.head ?? null,
    names: given.names ?? own,
    definitions: given.definitions ?? own.map((qualifiedName) => ({ qualifiedName, kind })),
    generated: given.generated ?? false,
  };
  const keys = new Map<string, 'A' | 'D'>();
  for (const { qualifiedName, kind } of entry.definitions.slice(0, MOST_NAMES))
    for (const key of keysOfName(qualifiedName)) if (keys.get(key) !== 'A') keys.set(key, PLACES.has(kind) ? 'D' : 'A');
  return {
    names: entry.names.slice(0, MOST_NAMES),
    nameKeys: [...keys].map(([key, weight]) => `'${key}':1${weight}`).join(' '),
    head: entry.head,
    words: entry.head === null ? entry.words : `${searchWords(entry.head)} ${entry.words}`,
    generated: entry.generated,
  };
}
