import { WEIGHT_BITS, WEIGHT_STEPS, type EncodedPairs } from './encode-pairs.ts';
import type { Random } from './random.ts';
import type { SharedState } from './shared-state.ts';

/** Texts with fewer tokens lose none of them. */
const FEWEST_TOKENS = 4;
const WEIGHT_MASK = (1 << WEIGHT_BITS) - 1;

/** Lays the texts of batches into the shared state. */
export class BatchFiller {
  readonly #state: SharedState;
  readonly #pairs: EncodedPairs;
  readonly #places: Int32Array;

  constructor(state: SharedState, pairs: EncodedPairs) {
    this.#state = state;
    this.#pairs = pairs;
    this.#places = new Int32Array(state.shape.rows).fill(-1);
  }

  /** Fills in a batch; a share of all words is dropped at random, so that no word is relied on alone. */
  fill(batch: Uint32Array, random: Random, dropped: number): void {
    this.#fillTexts(batch, random, Math.floor(dropped * 0x1_0000_0000));
    this.#fillRows();
    this.#fillMasks(batch);
  }

  #fillTexts(batch: Uint32Array, random: Random, dropBelow: number): void {
    const { textStarts, tokenRows, tokenWeights, shape } = this.#state;
    const { starts, tokens } = this.#pairs;
    let to = 0;
    for (let text = 0; text < 2 * shape.batch; text += 1) {
      textStarts[text] = to;
      const source = 2 * (batch[text % shape.batch] ?? 0) + (text < shape.batch ? 0 : 1);
      const [from, end] = [starts[source] ?? 0, starts[source + 1] ?? 0];
      const mayDrop = end - from >= FEWEST_TOKENS;
      for (let at = from; at < end && to < shape.tokens; at += 1) {
        if (mayDrop && random.next() < dropBelow) continue;
        const token = tokens[at] ?? 0;
        tokenRows[to] = token >>> WEIGHT_BITS;
        tokenWeights[to] = (token & WEIGHT_MASK) / WEIGHT_STEPS;
        to += 1;
      }
    }
    textStarts[2 * shape.batch] = to;
  }

  /** The same tokens by rows: which texts each stands in, in the order of the texts. */
  #fillRows(): void {
    const next = this.#startRows();
    const { textStarts, tokenRows, tokenWeights, rowTexts, rowWeights, shape } = this.#state;
    for (let text = 0; text < 2 * shape.batch; text += 1) {
      const end = textStarts[text + 1] ?? 0;
      for (let at = textStarts[text] ?? 0; at < end; at += 1) {
        const place = this.#places[tokenRows[at] ?? 0] ?? 0;
        const entry = next[place] ?? 0;
        rowTexts[entry] = text;
        rowWeights[entry] = tokenWeights[at] ?? 0;
        next[place] = entry + 1;
      }
    }
    for (let place = 0; place < next.length; place += 1) this.#places[this.#state.rows[place] ?? 0] = -1;
  }

  /** Numbers the rows of the batch as they come, and returns where the entries of each begin. */
  #startRows(): Int32Array {
    const { textStarts, tokenRows, rows, rowStarts, control, shape } = this.#state;
    const end = textStarts[2 * shape.batch] ?? 0;
    const counts: number[] = [];
    for (let at = 0; at < end; at += 1) {
      const row = tokenRows[at] ?? 0;
      let place = this.#places[row] ?? -1;
      if (place < 0) {
        place = counts.length;
        this.#places[row] = place;
        rows[place] = row;
        counts.push(0);
      }
      counts[place] = (counts[place] ?? 0) + 1;
    }
    let start = 0;
    counts.forEach((count, place) => {
      rowStarts[place] = start;
      start += count;
    });
    rowStarts[counts.length] = start;
    control[3] = counts.length;
    return Int32Array.from(rowStarts.subarray(0, counts.length));
  }

  /** Two pairs that ask or answer the same are not each other's wrong answers. */
  #fillMasks(batch: Uint32Array): void {
    const { masks, control, shape } = this.#state;
    let count = 0;
    for (const numbers of [this.#pairs.sameQuestion, this.#pairs.sameAnswer]) {
      const groups = Map.groupBy(batch.keys(), (place) => numbers[batch[place] ?? 0] ?? 0);
      for (const places of groups.values()) {
        for (const question of places)
          for (const answer of places)
            if (question !== answer && count < masks.length) masks[count++] = question * shape.batch + answer;
      }
    }
    control[4] = count;
  }
}
