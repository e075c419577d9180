import { setImmediate, setTimeout } from 'node:timers/promises';
import type { SyncHints } from './sync-hints.ts';

/** So many readers are woken in one turn of the event loop: a sync in the same process has its turns in between. */
const READERS_A_TURN = 50;

/**
 * Between two looks there is so much time for each reader: the more there are, the more news goes to each of them in one
 * piece, and the less of the processor is spent on telling them.
 */
const MS_A_READER = 0.2;
const LONGEST_PAUSE_MS = 400;

/** What one look found: whether there is news for the readers, and whether there can be any more. */
export interface Look {
  readonly news: boolean;
  readonly over: boolean;
}

/** One who waits for news. */
export interface WatchReader {
  /** Resolves when a look finds something, when it is over, or when the reader's signal aborts; rejects when a look fails. */
  news(): Promise<void>;
  leave(): void;
}

/**
 * Looks at the database at each hint, once for all who follow the same thing in this process, and wakes them when there
 * is news. Nothing is kept for a reader: each takes what it wants from what was found, when it is ready for it.
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

  /** Whether nothing will come any more. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether a look failed: who comes after that opens a watch of its own. */
  get failed(): boolean {
    return this.#failure !== null;
  }

  /** Somebody who follows, until the signal aborts. */
  reader(signal: AbortSignal): WatchReader {
    let woken: PromiseWithResolvers<void> | null = null;
    // Once for all that they wait: thousands wait anew at each event.
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

  /** When the last reader has gone. */
  close(): void {
    this.#closed.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    try {
      while (!signal.aborted && !this.#over) {
        // Waiting begins before looking, or a hint between the two would be missed.
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

  async #wake(tell: (reader: PromiseWithResolvers<void>) => void): Promise<number> {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [index, reader] of waiting.entries()) {
      if (index > 0 && index % READERS_A_TURN === 0) await setImmediate();
      tell(reader);
    }
    return waiting.length;
  }
}

function pauseAfter(readers: number): Promise<void> | undefined {
  const ms = Math.min(LONGEST_PAUSE_MS, Math.floor(readers * MS_A_READER));
  return ms > 0 ? setTimeout(ms) : undefined;
}
