import { Worker } from 'node:worker_threads';
import type { FileFacts } from '../facts/file-facts.ts';
import { JobQueue } from './job-queue.ts';
import type { SplitEntry } from './split-entry.ts';
import type { SplitInput, SplitResult } from './split-text.ts';
import { SplitThread, type SplitJob, type SplitWorker } from './split-thread.ts';

/** A text to read, and the tenant it is read for. */
interface TextToRead {
  readonly text: string;
  readonly dialect: string;
  readonly signal?: AbortSignal | undefined;
  readonly group?: string | undefined;
}

/** The error for a text that could not be split in its time, not even by its lines. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
}

/** Splits texts in threads of its own. */
export interface Splitter {
  /** Throws `UnreadableText` for a text that takes too long. */
  split(input: TextToRead): Promise<SplitEntry[]>;
  /** Does so too, and reads the facts from the same tree: null as below, and where the text took too long with them. */
  splitWithFacts(input: TextToRead): Promise<SplitResult>;
  /** Reads the facts of a text; null where its dialect has none or it could not be parsed. */
  facts(input: TextToRead): Promise<FileFacts | null>;
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
const BY_LINES_FACTOR = 3;

/** Creates a splitter. Its threads start when they are needed. */
export function createSplitter(options: SplitterOptions = {}): Splitter {
  return new SplitterPool(options);
}

/**
 * Threads that share one queue. A text that a worker died of, or never finished, is split again by its lines; all other
 * texts continue in a new worker, unaffected. A tenant has one thread at a time, so that a file that takes its whole time
 * keeps no other tenant waiting; with one tenant alone, the other threads are not even started.
 */
class SplitterPool implements Splitter {
  readonly #queue = new JobQueue<SplitInput, SplitResult>();
  readonly #threads: readonly SplitThread[];
  readonly #textMs: number;
  readonly #parseMs: number | undefined;

  constructor({ threads = 3, textMs = 30_000, parseMs, memoryMb = 1024, startWorker }: SplitterOptions) {
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

  async split({ text, dialect, signal, group }: TextToRead): Promise<SplitEntry[]> {
    signal?.throwIfAborted();
    if (dialect === 'none') return [];
    return (await this.#read({ text, dialect, parseMs: this.#parseMs }, { signal, group })).entries;
  }

  async facts({ text, dialect, signal, group }: TextToRead): Promise<FileFacts | null> {
    signal?.throwIfAborted();
    const input = { text, dialect, parseMs: this.#parseMs, wanted: 'FACTS' } as const;
    return (await this.#read(input, { signal, group })).facts;
  }

  async splitWithFacts({ text, dialect, signal, group }: TextToRead): Promise<SplitResult> {
    signal?.throwIfAborted();
    if (dialect === 'none') return { entries: [], facts: null };
    return this.#read({ text, dialect, parseMs: this.#parseMs, wanted: 'BOTH' }, { signal, group });
  }

  #read(input: SplitInput, { signal, group }: Pick<TextToRead, 'signal' | 'group'>): Promise<SplitResult> {
    const result = this.#queue.add(input, signal, group);
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
      const job = this.#queue.take((group) => this.#threads.every((each) => each.group !== group));
      if (job === undefined) return;
      const factor = job.input.byLines === true ? BY_LINES_FACTOR : 1;
      thread.run(job, this.#textMs * factor);
    }
  }

  #retry(job: SplitJob | null): void {
    if (job?.input.byLines === true)
      job.reject(new UnreadableText('A text could not be split in its time, not even by its lines.'));
    else if (job !== null) {
      job.input = withLess(job.input);
      this.#queue.putFirst(job);
    }
    this.#assign();
  }
}

/** The next attempt at a text on which a thread was lost: it may have been the facts alone, and its passages are worth more. */
function withLess({ wanted, ...input }: SplitInput): SplitInput {
  if (wanted === 'BOTH') return input;
  return { ...input, ...(wanted === undefined ? {} : { wanted }), byLines: true };
}

function splitterWorker(memoryMb: number): Worker {
  return new Worker(new URL('./splitter-worker.ts', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
}
