import { Worker } from 'node:worker_threads';
import type { SplitEntry } from './split-entry.ts';
import type { SplitInput } from './split-text.ts';

/** Splits texts in threads of its own. */
export interface Splitter {
  split(input: { text: string; dialect: string; signal?: AbortSignal }): Promise<SplitEntry[]>;
  close(): Promise<void>;
}

/** How many threads, and how long one text may keep a grammar and a thread. */
export interface SplitterOptions {
  readonly threads?: number;
  readonly parseMs?: number;
  readonly textMs?: number;
  /** The most memory of one thread, beside that of the grammars, which have a limit of their own. */
  readonly memoryMb?: number;
}

interface Job {
  input: SplitInput;
  readonly resolve: (entries: SplitEntry[]) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  worker: Worker | null;
  job: Job | null;
  timer: NodeJS.Timeout | null;
}

interface Answer {
  readonly entries?: SplitEntry[];
  readonly error?: string;
  /** Whether a grammar failed there, or took so much memory that a new thread does better. */
  readonly isWorn?: boolean;
}

/** How much longer a text may take by its lines, where nothing can hang: the whole of it is masked all the same. */
const PATIENCE = 10;

/**
 * Starts threads as they are needed. Each has one text at a time, so that it is known of which one a thread died or hung:
 * that one is split by its lines, the others go on in a new thread and notice nothing.
 */
export function createSplitter(options: SplitterOptions = {}): Splitter {
  const { textMs = 30_000, parseMs, memoryMb = 1024 } = options;
  const threads: Thread[] = Array.from({ length: options.threads ?? 1 }, () => ({
    worker: null,
    job: null,
    timer: null,
  }));
  const waiting: Job[] = [];

  function pump(): void {
    for (const thread of threads) {
      if (thread.job !== null) continue;
      const job = waiting.shift();
      if (job === undefined) return;
      thread.job = job;
      const isLast = job.input.byLines === true;
      thread.timer = setTimeout(() => replace(thread), isLast ? textMs * PATIENCE : textMs).unref();
      thread.worker ??= start(thread);
      // A process with nothing else to do waits for a text, and not for a thread without one.
      thread.worker.ref();
      thread.worker.postMessage(job.input);
    }
  }

  function start(thread: Thread): Worker {
    const worker = new Worker(new URL('./splitter-worker.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    // A dead thread tells of its end twice; by the second time another is at work in its place.
    const died = (): void => {
      if (thread.worker === worker) replace(thread);
    };
    worker.on('error', died);
    worker.on('exit', died);
    worker.on('message', ({ entries, error, isWorn }: Answer) => {
      if (thread.worker !== worker) return;
      const job = release(thread);
      if (isWorn === true) retire(thread);
      if (entries === undefined) job?.reject(new Error(error ?? 'A text could not be split.'));
      else job?.resolve(entries);
      pump();
    });
    return worker;
  }

  /** The thread died of its text or never comes to an end with it. By its lines nearly any text can be split. */
  function replace(thread: Thread): void {
    const job = release(thread);
    retire(thread);
    if (job?.input.byLines === true)
      job.reject(new Error('A text could not be split, not even by its lines.'));
    else if (job !== null) {
      job.input = { ...job.input, byLines: true };
      waiting.unshift(job);
    }
    pump();
  }

  function release(thread: Thread): Job | null {
    const { job } = thread;
    if (thread.timer !== null) clearTimeout(thread.timer);
    thread.timer = null;
    thread.job = null;
    thread.worker?.unref();
    return job;
  }

  function retire(thread: Thread): Promise<number> | undefined {
    const { worker } = thread;
    thread.worker = null;
    return worker?.terminate();
  }

  return {
    split({ text, dialect, signal }) {
      signal?.throwIfAborted();
      if (dialect === 'none') return Promise.resolve([]);
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          const at = waiting.indexOf(job);
          if (at >= 0) waiting.splice(at, 1);
          reject(signal?.reason instanceof Error ? signal.reason : new Error('Splitting was stopped.'));
        };
        const settle =
          <T>(end: (value: T) => void) =>
          (value: T): void => {
            signal?.removeEventListener('abort', stop);
            end(value);
          };
        const job: Job = {
          input: { text, dialect, parseMs },
          resolve: settle(resolve),
          reject: settle(reject),
        };
        signal?.addEventListener('abort', stop, { once: true });
        waiting.push(job);
        pump();
      });
    },
    async close() {
      const closed = new Error('The splitter was closed.');
      for (const job of waiting.splice(0)) job.reject(closed);
      for (const thread of threads) release(thread)?.reject(closed);
      await Promise.all(threads.map(retire));
    },
  };
}
