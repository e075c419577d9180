import { weightOf } from '../src/embed/static-embedder-words.ts';
import type { CorpusPackage } from './corpus.ts';
import { firstSentence, type Pair } from './pair.ts';
import { RowFinder, WordCounter, type Vocabulary, type VocabularySize } from './vocabulary.ts';

/** A weight is kept in the low bits of a token, in steps of 1/256; its row in the high ones. */
export const WEIGHT_BITS = 12;
export const WEIGHT_STEPS = 256;
const LARGEST_WEIGHT = (1 << WEIGHT_BITS) - 1;

/** All pairs as numbers. Text 2·i is the question of pair i, text 2·i + 1 its answer. */
export interface EncodedPairs {
  readonly count: number;
  readonly packages: Uint32Array;
  /** Questions with the same number ask the same; so do answers. Neither is a wrong answer to the other. */
  readonly sameQuestion: Uint32Array;
  readonly sameAnswer: Uint32Array;
  readonly starts: Float64Array;
  readonly tokens: Uint32Array<SharedArrayBuffer>;
  /** In how many texts each row stands. */
  readonly frequencies: Uint32Array;
}

/** A list of numbers that grows. */
class Numbers {
  #numbers = new Uint32Array(1 << 22);
  length = 0;

  push(value: number): void {
    if (this.length === this.#numbers.length) {
      const larger = new Uint32Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.length] = value;
    this.length += 1;
  }

  done(): Uint32Array {
    return this.#numbers.subarray(0, this.length);
  }
}

const COUNT_BITS = 7;
const LARGEST_COUNT = (1 << COUNT_BITS) - 1;

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** Reads all pairs once, chooses the vocabulary by them, and encodes them with it. */
export class PairEncoder {
  readonly #counter = new WordCounter();
  readonly #words = new Numbers();
  readonly #starts = new Numbers();
  readonly #packages = new Numbers();
  readonly #questions = new Numbers();
  readonly #answers = new Numbers();
  #packageCount = 0;

  add({ pairs }: { readonly from: CorpusPackage; readonly pairs: readonly Pair[] }): void {
    for (const { question, answer } of pairs) {
      this.#packages.push(this.#packageCount);
      this.#questions.push(hashText(firstSentence(question).slice(0, 60).toLowerCase()));
      this.#answers.push(hashText(answer));
      for (const text of [question, answer]) {
        this.#starts.push(this.#words.length);
        for (const [id, count] of this.#counter.count(text, this.#packageCount))
          this.#words.push(id * (LARGEST_COUNT + 1) + Math.min(count, LARGEST_COUNT));
      }
    }
    this.#packageCount += 1;
  }

  finish(size: VocabularySize): { readonly vocabulary: Vocabulary; readonly pairs: EncodedPairs } {
    const vocabulary = this.#counter.choose(size);
    const finder = new RowFinder(vocabulary);
    const rowsOf = Array.from({ length: this.#counter.size }, (_, id) =>
      finder.rowsOf(this.#counter.wordOf(id)),
    );
    const words = this.#words.done();
    let length = 0;
    for (const word of words) length += rowsOf[Math.floor(word / (LARGEST_COUNT + 1))]?.length ?? 0;
    const tokens = new Uint32Array(new SharedArrayBuffer(length * 4));
    const frequencies = new Uint32Array(vocabulary.words.length + vocabulary.buckets);
    const texts = this.#starts.done();
    const starts = new Float64Array(texts.length + 1);
    let to = 0;
    for (let text = 0; text < texts.length; text += 1) {
      starts[text] = to;
      const end = texts[text + 1] ?? words.length;
      for (let at = texts[text] ?? 0; at < end; at += 1) {
        const word = words[at] ?? 0;
        for (const [row, share] of rowsOf[Math.floor(word / (LARGEST_COUNT + 1))] ?? []) {
          const weight = share * weightOf(word % (LARGEST_COUNT + 1));
          tokens[to] = row * (1 << WEIGHT_BITS) + Math.min(LARGEST_WEIGHT, Math.round(weight * WEIGHT_STEPS));
          frequencies[row] = (frequencies[row] ?? 0) + 1;
          to += 1;
        }
      }
    }
    starts[texts.length] = to;
    const pairs = {
      count: this.#packages.length,
      packages: this.#packages.done(),
      sameQuestion: this.#questions.done(),
      sameAnswer: this.#answers.done(),
      starts,
      tokens,
      frequencies,
    };
    return { vocabulary, pairs };
  }
}
