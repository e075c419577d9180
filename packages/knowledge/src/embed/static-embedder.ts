import { setImmediate as breathe } from 'node:timers/promises';
import { DIMENSION, type EmbeddedText, type Embedder } from './embedder.ts';
import { spread } from './rotate-vector.ts';
import { loadModel, NIBBLE_ZERO, type StaticModel } from './static-embedder-model.ts';
import { countWords, isWithoutGroups, letterGroups, weightOf } from './static-embedder-words.ts';

/** The name of the model that this version of the product ships. */
export const STATIC_MODEL = 'code-1';

const MODEL_FILE = new URL('../../model/code-1.bin', import.meta.url);
/** Texts embedded before other work gets its turn. */
const CHUNK = 64;
/** Words without a row of their own, and words compared one by one, whose vectors are remembered. */
const MOST_UNKNOWN = 4000;
const MOST_COMPARED = 20_000;
/** A direction that no row of a model reaches: texts without a word lie there, far from all others. */
const WORDLESS = DIMENSION - 1;

/** A word of a text with its unit vector and its weight: the rarer a word in code, the longer its row. */
export interface WordVector {
  readonly word: string;
  readonly weight: number;
  readonly vector: Float32Array;
}

/** Turns texts into vectors by a table: a text is the weighted sum of the rows of its words. */
export class TextVectors {
  readonly model: StaticModel;
  readonly #unknown = new Map<string, Float32Array>();
  readonly #words = new Map<string, WordVector | null>();

  constructor(model: StaticModel) {
    this.model = model;
  }

  /** The unit vector of a text, with the model's own dimension; zeros where the text has no word. */
  vectorOf(text: string): Float32Array {
    const sum = new Float32Array(this.model.dimension);
    for (const [word, count] of countWords(text)) this.#add(sum, word, weightOf(count));
    normalize(sum);
    return sum;
  }

  /** The vector of a text as the product keeps it: 1,536 numbers, rotated so that each of them says something. */
  storedVectorOf(text: string): Float32Array {
    const padded = new Float32Array(DIMENSION);
    padded.set(this.vectorOf(text));
    if (!padded.some((value) => value !== 0)) padded[WORDLESS] = 1;
    return spread(padded);
  }

  /** The words of a text that the model has a vector for, each once. */
  wordVectors(text: string): WordVector[] {
    return [...countWords(text).keys()]
      .map((word) => this.#wordVector(word))
      .filter((found) => found !== null);
  }

  /**
   * Likeness word by word, from 0 to 1: for each word of the question the likeness of the nearest word of the text,
   * averaged by the weight of the question's words. It finds what the mean of a long text hides.
   */
  maxsim(question: readonly WordVector[], text: readonly WordVector[]): number {
    let total = 0;
    let weights = 0;
    for (const asked of question) {
      let best = 0;
      for (const found of text) {
        const cosine = asked.word === found.word ? 1 : dot(asked.vector, found.vector);
        if (cosine > best) best = cosine;
        if (best === 1) break;
      }
      total += asked.weight * best;
      weights += asked.weight;
    }
    return weights === 0 ? 0 : total / weights;
  }

  #wordVector(word: string): WordVector | null {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const vector = new Float32Array(this.model.dimension);
    this.#add(vector, word, 1);
    const weight = normalize(vector);
    const found = weight === 0 ? null : { word, weight, vector };
    if (this.#words.size >= MOST_COMPARED) this.#words.clear();
    this.#words.set(word, found);
    return found;
  }

  #add(sum: Float32Array, word: string, weight: number): void {
    const row = this.model.rowOf.get(word);
    if (row !== undefined) this.#addRow(sum, row, weight);
    else if (!isWithoutGroups(word)) addScaled(sum, this.#unknownWord(word), weight);
  }

  #addRow(sum: Float32Array, row: number, weight: number): void {
    const { nibbles, scales } = this.model;
    const scale = weight * (scales[row] ?? 0);
    const start = (row * sum.length) / 2;
    for (let at = 0; at < sum.length; at += 2) {
      const byte = nibbles[start + at / 2] ?? 0;
      sum[at] = (sum[at] ?? 0) + scale * ((byte & 15) - NIBBLE_ZERO);
      sum[at + 1] = (sum[at + 1] ?? 0) + scale * ((byte >> 4) - NIBBLE_ZERO);
    }
  }

  /** The sum of the letter groups of a word that has no row of its own. */
  #unknownWord(word: string): Float32Array {
    const known = this.#unknown.get(word);
    if (known !== undefined) return known;
    const { buckets, rowOf, dimension } = this.model;
    const groups = letterGroups(word, buckets);
    const sum = new Float32Array(dimension);
    for (const group of groups) this.#addRow(sum, rowOf.size + group, 1 / Math.sqrt(groups.length));
    if (this.#unknown.size >= MOST_UNKNOWN) this.#unknown.clear();
    this.#unknown.set(word, sum);
    return sum;
  }
}

function addScaled(sum: Float32Array, other: Float32Array, weight: number): void {
  for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + weight * (other[at] ?? 0);
}

/** Scales a vector to length one, and returns the length it had. */
function normalize(vector: Float32Array): number {
  let square = 0;
  for (let at = 0; at < vector.length; at += 1) square += (vector[at] ?? 0) * (vector[at] ?? 0);
  const length = Math.sqrt(square);
  if (length > 0) for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) / length;
  return length;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

const opened = new Map<string, Promise<TextVectors>>();

/** Opens a model file once; a file that could not be read is tried again the next time. */
export function openTextVectors(file: URL = MODEL_FILE): Promise<TextVectors> {
  const known = opened.get(file.href);
  if (known !== undefined) return known;
  const opening = loadModel(file, STATIC_MODEL).then((model) => new TextVectors(model));
  opened.set(file.href, opening);
  opening.catch(() => opened.delete(file.href));
  return opening;
}

/**
 * Vectors without a network, a download or a secret, from a table that was trained on documentation and code. The model
 * file is read when the first text comes. The same text always gives the same vector: sums run in a fixed order.
 */
export function staticEmbedder(file: URL = MODEL_FILE): Embedder<Float32Array> {
  return {
    model: STATIC_MODEL,
    async *embed(texts, { signal }): AsyncGenerator<EmbeddedText<Float32Array>[]> {
      const vectors = await openTextVectors(file);
      for (let at = 0; at < texts.length; at += CHUNK) {
        signal.throwIfAborted();
        yield texts
          .slice(at, at + CHUNK)
          .map((text, index) => ({ index: at + index, vector: vectors.storedVectorOf(text) }));
        await breathe();
      }
    },
  };
}
