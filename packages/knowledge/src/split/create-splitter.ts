import { Worker } from 'node:worker_threads';
import type { FileFacts } from '../facts/file-facts.ts';
import { JobQueue } from './job-queue.ts';
import type { SplitEntry } from './split-entry.ts';
import type { SplitInput } from './split-text.ts';
import { SplitThread, type SplitJob, type SplitResult, type SplitWorker } from './split-thread.ts';

/** Splits texts in threads of its own. */
export interface Splitter {
  split(input: { text: string; dialect: string; signal?: AbortSignal }): Promise<SplitEntry[]>;
  /** Reads the facts of a text; null where its dialect has none or it could not be parsed. */
  facts(input: { text: string; dialect: string; signal?: AbortSignal }): Promise<FileFacts | null>;
  close(): Promise<void>;
}

/** The number of threads and their limits. */
export interface SplitterOptions {
  readonly threads?: number;
  /** The time that a grammar may take for one text. */
  readonly parseMs?: number;
  /** The time that a thread may take for one text. */
  readonly textMs?: number;
  /** The memory of one thread, besides that of the grammars, which have a limit of their own. */
  readonly memoryMb?: number;
  /** Starts a worker; tests pass their own. */
  readonly startWorker?: () => SplitWorker;
}

/** A text split by its lines may take this much longer: nothing can hang there, but all of it is still redacted. */
const BY_LINES_FACTOR = 10;

/** Creates a splitter. Its threads start when they are needed. */
export function createSplitter(options: SplitterOptions = {}): Splitter {
  return new SplitterPool(options);
}

/**
 * Threads that share one queue. A text that a worker died of, or never finished, is split again by its lines; all other
 * texts continue in a new worker, unaffected.
 */
class SplitterPool implements Splitter {
  readonly #queue = new JobQueue<SplitInput, SplitResult>();
  readonly #threads: readonly SplitThread[];
  readonly #textMs: number;
  readonly #parseMs: number | undefined;

  constructor({ threads = 1, textMs = 30_000, parseMs, memoryMb = 1024, startWorker }: SplitterOptions) {
    this.#textMs = textMs;
    this.#parseMs = parseMs;
    this.#threads = Array.from(
      { length: threads },
      () =>
        new SplitThread({
          startWorker: startWorker ?? (() => splitterWorker(memoryMb)),
          onFree: () => this.#assign(),
          onLost: (job) => this.#retry(job),
        }),
    );
  }

  async split({ text, dialect, signal }: Parameters<Splitter['split']>[0]): Promise<SplitEntry[]> {
    signal?.throwIfAborted();
    if (dialect === 'none') return [];
    return (await this.#read({ text, dialect, parseMs: this.#parseMs }, signal)).entries;
  }

  async facts({ text, dialect, signal }: Parameters<Splitter['facts']>[0]): Promise<FileFacts | null> {
    signal?.throwIfAborted();
    return (await this.#read({ text, dialect, parseMs: this.#parseMs, factsOnly: true }, signal)).facts;
  }

  #read(input: SplitInput, signal?: AbortSignal): Promise<SplitResult> {
    const result = this.#queue.add(input, signal);
    this.#assign();
    return result;
  }

  async close(): Promise<void> {
    const closed = new Error('The splitter was closed.');
    this.#queue.rejectAll(closed);
    const stopped = await Promise.all(this.#threads.map((thread) => thread.stop()));
    for (const job of stopped) job?.reject(closed);
  }

  #assign(): void {
    for (const thread of this.#threads) {
      if (!thread.isFree) continue;
      const job = this.#queue.take();
      if (job === undefined) return;
      const factor = job.input.byLines === true ? BY_LINES_FACTOR : 1;
      thread.run(job, this.#textMs * factor);
    }
  }

  #retry(job: SplitJob | null): void {
    if (job?.input.byLines === true)
      job.reject(new Error('A text could not be split, not even by its lines.'));
    else if (job !== null) {
      job.input = { ...job.input, byLines: true };
      this.#queue.putFirst(job);
    }
    this.#assign();
  }
}

function splitterWorker(memoryMb: number): Worker {
  return new Worker(new URL('./splitter-worker.ts', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
}
