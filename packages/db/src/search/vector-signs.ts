/** Numbers of a vector, each of which has a sign. */
const NUMBERS = 1536;
const WORDS = NUMBERS / 32;
const BYTES = NUMBERS / 8;
/** A UUID before the signs of its vector. */
const ROW = 16 + BYTES;

/** The bytes that one vector takes in memory. */
export const SIGNS_BYTES = ROW;

/** The signs of many vectors in the order of their hashes, laid out for one pass through all of them. */
export class VectorSigns {
  readonly count: number;
  readonly #hashes: Buffer;
  readonly #signs: Uint32Array;

  /** Takes pages of rows: each the sixteen bytes of a hash, then PostgreSQL's bits of the signs. Hashes rise. */
  constructor(pages: readonly Uint8Array[]) {
    this.count = pages.reduce((sum, page) => sum + page.byteLength / ROW, 0);
    this.#hashes = Buffer.alloc(this.count * 16);
    const signs = new Uint8Array(this.count * BYTES);
    let row = 0;
    for (const page of pages)
      for (let at = 0; at < page.byteLength; at += ROW) {
        this.#hashes.set(page.subarray(at, at + 16), row * 16);
        signs.set(page.subarray(at + 16, at + ROW), row * BYTES);
        row += 1;
      }
    this.#signs = new Uint32Array(signs.buffer);
  }

  /** Returns the hashes of those that differ from a vector in the fewest signs, nearest first; of equals the lower hash. */
  nearest(vector: Float32Array, most: number): string[] {
    const { distances, counts } = this.#distancesTo(signsOf(vector));
    // Where the vectors of each distance begin in the result: a sort that compares nothing.
    const starts = new Uint32Array(NUMBERS + 1);
    let before = 0;
    for (let distance = 0; distance <= NUMBERS && before < most; distance += 1) {
      starts[distance] = before;
      before += counts[distance] ?? 0;
    }
    const rows = new Uint32Array(Math.min(most, this.count));
    const farthest = this.#farthestOf(counts, most);
    for (let row = 0; row < this.count; row += 1) {
      const distance = distances[row] ?? 0;
      if (distance > farthest) continue;
      const place = starts[distance] ?? 0;
      starts[distance] = place + 1;
      if (place < rows.length) rows[place] = row;
    }
    return Array.from(rows, (row) => this.#hashes.toString('hex', row * 16, row * 16 + 16));
  }

  #farthestOf(counts: Uint32Array, most: number): number {
    let sum = 0;
    for (let distance = 0; distance <= NUMBERS; distance += 1) {
      sum += counts[distance] ?? 0;
      if (sum >= most) return distance;
    }
    return NUMBERS;
  }

  #distancesTo(asked: Uint32Array): { distances: Uint16Array; counts: Uint32Array } {
    const distances = new Uint16Array(this.count);
    const counts = new Uint32Array(NUMBERS + 1);
    const signs = this.#signs;
    for (let row = 0, at = 0; row < distances.length; row += 1) {
      let distance = 0;
      for (let word = 0; word < WORDS; word += 3, at += 3) {
        // Ones of three words are counted in groups of four bits, which hold twelve, before they are added.
        const ones =
          inFours((signs[at] ?? 0) ^ (asked[word] ?? 0)) +
          inFours((signs[at + 1] ?? 0) ^ (asked[word + 1] ?? 0)) +
          inFours((signs[at + 2] ?? 0) ^ (asked[word + 2] ?? 0));
        const inBytes = (ones & 0x0f0f0f0f) + ((ones >>> 4) & 0x0f0f0f0f);
        distance += Math.imul(inBytes, 0x01010101) >>> 24;
      }
      distances[row] = distance;
      counts[distance] = (counts[distance] ?? 0) + 1;
    }
    return { distances, counts };
  }
}

/** Counts the ones of a word in each four bits of it. */
function inFours(word: number): number {
  const inTwos = word - ((word >>> 1) & 0x55555555);
  return (inTwos & 0x33333333) + ((inTwos >>> 2) & 0x33333333);
}

/** The signs as pgvector's `binary_quantize` has them: a one for each number above zero, from the highest bit on. */
function signsOf(vector: Float32Array): Uint32Array {
  const bytes = new Uint8Array(BYTES);
  for (let at = 0; at < NUMBERS; at += 1)
    if ((vector[at] ?? 0) > 0) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
  return new Uint32Array(bytes.buffer);
}
