/** Random numbers from a seed: the same sequence on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number of 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A number from 0 up to a limit, which it never reaches. */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  /** A number with mean 0 and variance 1: the sum of twelve uniform ones needs no function that rounds by machine. */
  normal(): number {
    let sum = -6;
    for (let times = 0; times < 12; times += 1) sum += this.next() / 0x1_0000_0000;
    return sum;
  }

  shuffle(items: Uint32Array): void {
    for (let at = items.length - 1; at > 0; at -= 1) {
      const other = this.below(at + 1);
      const kept = items[at] ?? 0;
      items[at] = items[other] ?? 0;
      items[other] = kept;
    }
  }
}
