import { setImmediate, setTimeout } from 'node:timers/promises';
import type { SyncHints } from './sync-hints.ts';

/** Readers woken in one turn of the event loop, so that a sync in the same process gets turns in between. */
const READERS_A_TURN = 50;

/**
 * The pause between two queries grows with the number of readers: each then gets more news at once, and waking them
 * costs less of the processor.
 */
const MS_A_READER = 0.2;
const LONGEST_PAUSE_MS = 400;

/** The result of one query: whether there is news, and whether there can be no more. */
export interface Look {
  readonly news: boolean;
  readonly over: boolean;
}

/** A reader that waits for news. */
export interface WatchReader {
  /** Resolves at news, at the end, or when the reader's signal aborts. Rejects when a query fails. */
  news(): Promise<void>;
  leave(): void;
}

/**
 * Queries the database at each hint, once for all readers of the same key in this process, and wakes them when there is
 * news. It buffers nothing for a reader: each one reads the shared result when it is ready.
 */
export class SharedWatch {
  readonly #hints: SyncHints;
  readonly #key: string;
  readonly #look: () => Promise<Look>;
  readonly #waiting = new Set<PromiseWithResolvers<void>>();
  readonly #closed = new AbortController();
  #over = false;
  #failure: { readonly error: unknown } | null = null;

  constructor(hints: SyncHints, key: string, look: () => Promise<Look>) {
    this.#hints = hints;
    this.#key = key;
    this.#look = look;
    void this.#run();
  }

  /** True once no more news can come. */
  get over(): boolean {
    return this.#over;
  }

  /** True once a query failed: later readers open a new watch. */
  get failed(): boolean {
    return this.#failure !== null;
  }

  /** Adds a reader until the signal aborts. */
  reader(signal: AbortSignal): WatchReader {
    let woken: PromiseWithResolvers<void> | null = null;
    // One listener per reader, not one per wait: thousands of readers wait again at each event.
    const stop = (): void => {
      if (woken !== null) this.#waiting.delete(woken);
      woken?.resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
    return {
      news: () => {
        if (this.#failure !== null) return Promise.reject(this.#failure.error);
        if (this.#over || signal.aborted) return Promise.resolve();
        woken = Promise.withResolvers<void>();
        this.#waiting.add(woken);
        return woken.promise;
      },
      leave: () => signal.removeEventListener('abort', stop),
    };
  }

  /** To be called when the last reader has left. */
  close(): void {
    this.#closed.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    try {
      while (!signal.aborted && !this.#over) {
        // Waiting begins before the query, or a hint between the two would be missed.
        const hint = this.#hints.next(this.#key, signal);
        const { news, over } = await this.#look();
        this.#over = over;
        if (news || over) {
          const readers = await this.#wake((reader) => reader.resolve());
          if (over) break;
          await pauseAfter(readers);
        }
        await hint;
      }
    } catch (error) {
      this.#failure = { error };
      await this.#wake((reader) => reader.reject(error));
    }
  }

  async #wake(settle: (reader: PromiseWithResolvers<void>) => void): Promise<number> {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [index, reader] of waiting.entries()) {
      if (index > 0 && index % READERS_A_TURN === 0) await setImmediate();
      settle(reader);
    }
    return waiting.length;
  }
}

function pauseAfter(readers: number): Promise<void> | undefined {
  const ms = Math.min(LONGEST_PAUSE_MS, Math.floor(readers * MS_A_READER));
  return ms > 0 ? setTimeout(ms) : undefined;
}
