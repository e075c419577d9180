import { estimateTokens } from '../split/passage.ts';

/** Texts that go out in one request. */
export interface Batch {
  readonly from: number;
  readonly texts: readonly string[];
}

const LARGEST_BATCH = 256;
/** A first request of this size is answered in time at one text in two seconds. */
const FIRST_BATCH_ON_LOOPBACK = 8;
const FIRST_BATCH = 32;
/** The part of the time limit that a request should take, so that one slower by several times still arrives. */
const TARGET_SHARE = 1 / 6;
/** Full requests answered before a size that failed is tried again: load passes, but each trial may cost a time limit. */
const SUCCESSES_BEFORE_RETRIAL = 32;

/**
 * The number of texts in the next request, learnt from the time that requests took. A fixed number is either too large
 * for a model on a processor, where every request then times out, or wastefully small for a hosted one.
 */
export class BatchPace {
  readonly #targetMs: number;
  #size: number;
  #ceiling = LARGEST_BATCH;
  #successes = 0;
  #timeoutsInARow = 0;

  constructor({ timeoutMs, isLoopback }: { timeoutMs: number; isLoopback: boolean }) {
    this.#targetMs = timeoutMs * TARGET_SHARE;
    this.#size = isLoopback ? FIRST_BATCH_ON_LOOPBACK : FIRST_BATCH;
  }

  get size(): number {
    return this.#size;
  }

  /** Learns from an answered request. The size at most doubles, since a server may slow down with the size. */
  answered(count: number, ms: number): void {
    this.#timeoutsInARow = 0;
    // A small request is mostly overhead and says nothing of the speed of a large one.
    if (count * 2 < this.#size) return;
    this.#successes += 1;
    if (this.#successes >= SUCCESSES_BEFORE_RETRIAL) {
      this.#successes = 0;
      this.#ceiling = LARGEST_BATCH;
    }
    const fitting = Math.floor((count * this.#targetMs) / Math.max(ms, 1));
    this.#size = Math.max(1, Math.min(fitting, count * 2, this.#ceiling));
  }

  /** Learns from a request that timed out: half of it, and less after each further one, so that a dead server is noticed. */
  timedOut(count: number): void {
    this.#timeoutsInARow += 1;
    this.#shrink(count, count >> this.#timeoutsInARow);
  }

  /** Learns from a request that failed although its halves did not. */
  tooLarge(count: number): void {
    this.#shrink(count, count >> 1);
  }

  #shrink(failed: number, size: number): void {
    this.#successes = 0;
    this.#ceiling = Math.max(1, Math.min(this.#ceiling, failed >> 1));
    this.#size = Math.max(1, Math.min(this.#size, size));
  }
}

/** The texts that still have to be sent. */
export class TextQueue {
  readonly #texts: readonly string[];
  readonly #maxTokens: number;
  readonly #returned: Batch[] = [];
  #next = 0;

  constructor(texts: readonly string[], maxTokens: number) {
    this.#texts = texts;
    this.#maxTokens = maxTokens;
  }

  /** Takes up to `size` texts from the front; null where none is left. */
  take(size: number): Batch | null {
    const returned = this.#returned.pop();
    if (returned === undefined) {
      const batch = this.#first({
        from: this.#next,
        texts: this.#texts.slice(this.#next, this.#next + size),
      });
      this.#next += batch.texts.length;
      return batch.texts.length === 0 ? null : batch;
    }
    const batch = this.#first({ from: returned.from, texts: returned.texts.slice(0, size) });
    const rest = returned.texts.slice(batch.texts.length);
    if (rest.length > 0) this.#returned.push({ from: returned.from + batch.texts.length, texts: rest });
    return batch;
  }

  /** Puts texts back that got no answer. */
  giveBack(batch: Batch): void {
    this.#returned.push(batch);
  }

  /** The first texts of a batch within the token limit, at least one. */
  #first({ from, texts }: Batch): Batch {
    let tokens = 0;
    const end = texts.findIndex((text, at) => (tokens += estimateTokens(text)) > this.#maxTokens && at > 0);
    return { from, texts: end < 0 ? texts : texts.slice(0, end) };
  }
}

/** Lets one holder through at a time. */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Whether an address is on this machine, where several requests at once only compete for the same processor. */
export function isLoopback(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? '';
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || host.startsWith('127.');
}
