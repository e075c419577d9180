/** Raised when the same text would be split differently, so that stored contents are split again. */
export const SPLIT_VERSION = 10;

/** The kind of a named definition. SECTION, KEY, ELEMENT, STYLE and OBJECT name places in a document, not code. */
export type DefinitionKind =
  | 'FUNCTION'
  | 'METHOD'
  | 'CLASS'
  | 'INTERFACE'
  | 'TYPE'
  | 'ENUM'
  | 'MODULE'
  | 'CONSTANT'
  | 'VARIABLE'
  | 'FIELD'
  | 'MACRO'
  | 'TEST'
  | 'STYLE'
  | 'ELEMENT'
  | 'SECTION'
  | 'KEY'
  | 'OBJECT';

/** A named definition that begins in an entry. */
export interface Definition {
  readonly name: string;
  /** The names of its containers and its own, joined by dots in every language: `Router.add`. */
  readonly qualifiedName: string;
  readonly kind: DefinitionKind;
  /** The line of the file, counted from 1, on which the definition itself begins: below its comment. */
  readonly line: number;
}

/** One piece of a content: a passage, and its place in the file. */
export interface SplitEntry {
  readonly kind: 'CODE' | 'DOC' | 'LETTER';
  readonly title: string;
  /** The largest definition of the entry, or the heading of its section. */
  readonly symbol: string | null;
  /** The containers of `symbol`, outermost first. */
  readonly parents: readonly string[];
  readonly startLine: number;
  readonly endLine: number;
  readonly text: string;
  /**
   * The containers, signature or headings that the text belongs to but does not include, in one line. It is indexed and
   * embedded with the text, but not shown. Null where nothing is missing. It never holds a path, so a move changes no hash.
   */
  readonly head: string | null;
  /** Every definition that begins in the entry, in the order of lines. */
  readonly definitions: readonly Definition[];
  /** The distinct qualified names of `definitions`. */
  readonly names: readonly string[];
  /** Whether the whole file was written by a program. */
  readonly generated: boolean;
  /** The hash of head and text: the identity of the passage. */
  readonly hash: string;
  readonly tokens: number;
  /** The search words of the text, without those of the head. */
  readonly words: string;
  readonly date?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}
