import { setImmediate, setTimeout } from 'node:timers/promises';
import type { SyncHints } from './sync-hints.ts';

/** So many readers are woken in one turn of the event loop: a sync in the same process has its turns in between. */
const READERS_A_TURN = 50;

/**
 * Between two looks there is so much time for each reader: the more there are, the more news goes to each of them in one
 * piece, and the less of the processor is spent on telling them.
 */
const MS_A_READER = 0.15;
const LONGEST_PAUSE_MS = 300;

/** What one look found: whether there is news for the readers, and whether there can be any more. */
export interface Look {
  readonly news: boolean;
  readonly over: boolean;
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

  /** Resolves when a look finds something, when it is over, or when the signal aborts; rejects when a look fails. */
  async news(signal: AbortSignal): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#over || signal.aborted) return;
    const woken = Promise.withResolvers<void>();
    const leave = (): void => woken.resolve();
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.add(woken);
    try {
      await woken.promise;
    } finally {
      signal.removeEventListener('abort', leave);
      this.#waiting.delete(woken);
    }
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
        if (news || over) await this.#wake((reader) => reader.resolve());
        if (over) break;
        await this.#pause();
        await hint;
      }
    } catch (error) {
      this.#failure = { error };
      await this.#wake((reader) => reader.reject(error));
    }
  }

  #pause(): Promise<void> | undefined {
    const ms = Math.min(LONGEST_PAUSE_MS, Math.floor(this.#waiting.size * MS_A_READER));
    return ms > 0 ? setTimeout(ms) : undefined;
  }

  async #wake(tell: (reader: PromiseWithResolvers<void>) => void): Promise<void> {
    for (const [index, reader] of [...this.#waiting].entries()) {
      if (index > 0 && index % READERS_A_TURN === 0) await setImmediate();
      tell(reader);
    }
  }
}
