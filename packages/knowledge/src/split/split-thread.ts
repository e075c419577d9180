import type { Worker } from 'node:worker_threads';
import type { Job } from './job-queue.ts';
import type { SplitInput, SplitResult } from './split-text.ts';

export type SplitJob = Job<SplitInput, SplitResult>;

/** The message that a worker sends for each text. */
export interface SplitAnswer {
  readonly result?: SplitResult;
  readonly error?: string;
  /** Whether a grammar failed in the worker or used so much memory that a new one does better. */
  readonly isWorn?: boolean;
}

/** The part of a worker thread that a split thread uses; tests pass their own. */
export type SplitWorker = Pick<Worker, 'on' | 'postMessage' | 'ref' | 'unref' | 'terminate'>;

interface ThreadOptions {
  readonly startWorker: () => SplitWorker;
  /** Called when the thread is free again, after an answer. */
  readonly onFree: () => void;
  /** Called with the job that a worker died of or did not finish in time. */
  readonly onLost: (job: SplitJob | null) => void;
}

/**
 * One place for a worker thread, which is started when the first job needs it and replaced when it fails. It runs one job
 * at a time, so that the job that made a worker die or hang is known.
 */
export class SplitThread {
  readonly #options: ThreadOptions;
  #worker: SplitWorker | null = null;
  #job: SplitJob | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  get isFree(): boolean {
    return this.#job === null;
  }

  /** The group of the job that runs; null while the thread is free. */
  get group(): string | null {
    return this.#job?.group ?? null;
  }

  /** Gives a job to the worker, which is replaced if it has not answered after `limitMs`. */
  run(job: SplitJob, limitMs: number): void {
    this.#job = job;
    this.#timer = setTimeout(() => this.#lose(), limitMs).unref();
    this.#worker ??= this.#start();
    // The process stays alive for a job, but not for an idle thread.
    this.#worker.ref();
    this.#worker.postMessage(job.input);
  }

  /** Ends the worker and returns the job it had, once the thread is gone. */
  async stop(): Promise<SplitJob | null> {
    const job = this.#release();
    await this.#retire();
    return job;
  }

  #start(): SplitWorker {
    const worker = this.#options.startWorker();
    // A worker that dies emits both events; by the second one another worker may have taken its place.
    const died = (): void => {
      if (this.#worker === worker) this.#lose();
    };
    worker.on('error', died);
    worker.on('exit', died);
    worker.on('message', (answer: SplitAnswer) => {
      if (this.#worker === worker) this.#finish(answer);
    });
    return worker;
  }

  #finish({ result, error, isWorn }: SplitAnswer): void {
    const job = this.#release();
    if (isWorn === true) void this.#retire();
    if (result === undefined) job?.reject(new Error(error ?? 'A text could not be split.'));
    else job?.resolve(result);
    this.#options.onFree();
  }

  #lose(): void {
    const job = this.#release();
    void this.#retire();
    this.#options.onLost(job);
  }

  #release(): SplitJob | null {
    const job = this.#job;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#job = null;
    this.#worker?.unref();
    return job;
  }

  async #retire(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}
