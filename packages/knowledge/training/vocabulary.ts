import { countWords, isWithoutGroups, letterGroups, weightOf } from '../src/embed/static-embedder-words.ts';

/** The rows of the table: known words first, then one row for each bucket of letter groups. */
export interface Vocabulary {
  readonly words: readonly string[];
  readonly buckets: number;
}

export interface VocabularySize {
  readonly words: number;
  readonly identifiers: number;
  readonly buckets: number;
}

const FEWEST_PACKAGES = 2;

/** Counts in how many texts, and in how many packages, each word stands; and numbers the words as they come. */
export class WordCounter {
  readonly #ids = new Map<string, number>();
  readonly #words: string[] = [];
  #texts = new Uint32Array(1 << 20);
  #packages = new Uint16Array(1 << 20);
  #lastPackage = new Int32Array(1 << 20).fill(-1);

  /** Numbers the words of a text. Each number comes with how often its word stands there. */
  count(text: string, packageNumber: number): [id: number, count: number][] {
    const found: [number, number][] = [];
    for (const [word, count] of countWords(text)) {
      const id = this.#idOf(word);
      this.#texts[id] = (this.#texts[id] ?? 0) + 1;
      if (this.#lastPackage[id] !== packageNumber) {
        this.#lastPackage[id] = packageNumber;
        this.#packages[id] = (this.#packages[id] ?? 0) + 1;
      }
      found.push([id, count]);
    }
    return found;
  }

  #idOf(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const id = this.#words.length;
    this.#words.push(word);
    this.#ids.set(word, id);
    if (id >= this.#texts.length) this.#grow();
    return id;
  }

  #grow(): void {
    const size = this.#texts.length * 2;
    const [texts, packages, last] = [this.#texts, this.#packages, this.#lastPackage];
    this.#texts = new Uint32Array(size);
    this.#packages = new Uint16Array(size);
    this.#lastPackage = new Int32Array(size).fill(-1);
    this.#texts.set(texts);
    this.#packages.set(packages);
    this.#lastPackage.set(last);
  }

  wordOf(id: number): string {
    return this.#words[id] ?? '';
  }

  get size(): number {
    return this.#words.length;
  }

  /** Chooses the words that get a row of their own: those of most packages, and among them those of most texts. */
  choose(size: VocabularySize): Vocabulary {
    const ids = this.#words.map((_, id) => id).filter((id) => (this.#packages[id] ?? 0) >= FEWEST_PACKAGES);
    const score = (id: number): number => (this.#texts[id] ?? 0) * Math.sqrt(this.#packages[id] ?? 0);
    ids.sort((a, b) => score(b) - score(a) || (this.wordOf(a) < this.wordOf(b) ? -1 : 1));
    const isWhole = (id: number): boolean => this.wordOf(id).startsWith('=');
    const words = ids.filter((id) => !isWhole(id)).slice(0, size.words);
    const identifiers = ids.filter(isWhole).slice(0, size.identifiers);
    return { words: [...words, ...identifiers].map((id) => this.wordOf(id)), buckets: size.buckets };
  }
}

/** A row of the table and its weight in a text. */
export type Token = readonly [row: number, weight: number];

/** Finds the rows of words: one for a known word, one for each letter group of an unknown one. */
export class RowFinder {
  readonly #rows: ReadonlyMap<string, number>;
  readonly #base: number;
  readonly #buckets: number;

  constructor({ words, buckets }: Vocabulary) {
    this.#rows = new Map(words.map((word, row) => [word, row]));
    this.#base = words.length;
    this.#buckets = buckets;
  }

  rowsOf(word: string): readonly Token[] {
    const row = this.#rows.get(word);
    if (row !== undefined) return [[row, 1]];
    if (isWithoutGroups(word)) return [];
    const groups = letterGroups(word, this.#buckets);
    return groups.map((group) => [this.#base + group, 1 / Math.sqrt(groups.length)]);
  }

  tokensOf(text: string): Token[] {
    const tokens: Token[] = [];
    for (const [word, count] of countWords(text))
      for (const [row, weight] of this.rowsOf(word)) tokens.push([row, weight * weightOf(count)]);
    return tokens;
  }
}
