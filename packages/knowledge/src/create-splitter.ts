import { Worker } from 'node:worker_threads';
import type { SplitEntry } from './split-entry.ts';

/** Splits texts in threads of its own. */
export interface Splitter {
  split(input: { text: string; dialect: string; signal?: AbortSignal }): Promise<SplitEntry[]>;
  close(): Promise<void>;
}

interface Answer {
  readonly id: number;
  readonly entries?: SplitEntry[];
  readonly error?: string;
}

/** Starts threads as they are needed, and a new one where one has died of what it was given. */
export function createSplitter(options: { threads?: number } = {}): Splitter {
  const threads: (Worker | null)[] = Array.from({ length: options.threads ?? 1 }, () => null);
  const waiting = new Map<
    number,
    { thread: number; resolve: (entries: SplitEntry[]) => void; reject: (error: Error) => void }
  >();
  let last = 0;

  function workerOf(thread: number): Worker {
    const running = threads[thread];
    if (running != null) return running;
    const worker = new Worker(new URL('./splitter-worker.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    worker.unref();
    worker.on('message', ({ id, entries, error }: Answer) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (entries === undefined) asked?.reject(new Error(error ?? 'A text could not be split.'));
      else asked?.resolve(entries);
    });
    const died = (error: Error): void => {
      // A dead thread tells of its end twice; by the second time another may be at work in its place.
      if (threads[thread] !== worker) return;
      threads[thread] = null;
      for (const [id, asked] of waiting) {
        if (asked.thread !== thread) continue;
        waiting.delete(id);
        asked.reject(error);
      }
    };
    worker.on('error', (error) => died(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => died(new Error('The splitter was closed.')));
    threads[thread] = worker;
    return worker;
  }

  return {
    split({ text, dialect, signal }) {
      signal?.throwIfAborted();
      if (dialect === 'none') return Promise.resolve([]);
      last += 1;
      const id = last;
      const thread = id % threads.length;
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          if (waiting.delete(id))
            reject(signal?.reason instanceof Error ? signal.reason : new Error('Splitting was stopped.'));
        };
        const settle =
          <T>(end: (value: T) => void) =>
          (value: T): void => {
            signal?.removeEventListener('abort', stop);
            end(value);
          };
        signal?.addEventListener('abort', stop, { once: true });
        waiting.set(id, { thread, resolve: settle(resolve), reject: settle(reject) });
        workerOf(thread).postMessage({ id, text, dialect });
      });
    },
    async close() {
      await Promise.all(threads.map((worker) => worker?.terminate()));
    },
  };
}
