import { Worker } from 'node:worker_threads';
import type { FuzzFinding } from './fuzz.ts';
import { seedOf } from './fuzz.ts';
import type { FuzzAnswer, FuzzPiece } from './try-targets.ts';

/** The limits of one text. */
export interface FuzzLimits {
  /** Processor time of the whole process: a busy machine is no hang. */
  readonly hangMs: number;
  /** For a text that waits for what never comes. */
  readonly silentMs: number;
  /** Of the whole process. */
  readonly memoryBytes: number;
  /** How often the thread is looked at. */
  readonly lookMs: number;
}

/** The result of one piece. */
export interface WatchedPiece {
  /** The number of the text that comes next. */
  readonly next: number;
  readonly findings: readonly FuzzFinding[];
  readonly mostBytes: number;
}

/**
 * A thread that tries texts, watched from outside: one that hangs, ends or fills the memory cannot say so itself. It is ended then, and
 * the text that it was at is the finding.
 */
export class WatchedThread {
  readonly #script: string;
  readonly #limits: FuzzLimits;
  #worker: Worker | null = null;

  constructor(script: string, limits: FuzzLimits) {
    this.#script = script;
    this.#limits = limits;
  }

  /** Starts the thread where it does not run, and returns the names of its targets. */
  async names(): Promise<readonly string[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
    const worker = new Worker(this.#script);
    this.#worker = worker;
    worker.once('error', reject);
    worker.once('message', (answer: FuzzAnswer) => {
      worker.off('error', reject);
      if ('names' in answer) resolve(answer.names);
    });
    return promise;
  }

  async tryPiece(asked: Omit<FuzzPiece, 'at'>): Promise<WatchedPiece> {
    if (this.#worker === null) await this.names();
    const worker = this.#worker;
    if (worker === null) throw new Error('The thread did not start.');
    const buffer = new SharedArrayBuffer(8);
    const at = new BigInt64Array(buffer);
    at[0] = BigInt(asked.from);
    const ended = Promise.withResolvers<string | Extract<FuzzAnswer, { cases: number }>>();
    const hear = (answer: FuzzAnswer): void => {
      if ('cases' in answer) ended.resolve(answer);
    };
    const fail = (error: unknown): void => ended.resolve(`The thread ended: ${String(error)}`);
    worker.on('message', hear).on('error', fail).on('exit', fail);
    const watch = new Watch(at, this.#limits);
    const looking = setInterval(() => {
      const problem = watch.look();
      if (problem !== null) ended.resolve(problem);
    }, this.#limits.lookMs);
    worker.postMessage({ ...asked, at: buffer } satisfies FuzzPiece);
    const result = await ended.promise;
    clearInterval(looking);
    worker.off('message', hear).off('error', fail).off('exit', fail);
    const { mostBytes } = watch;
    if (typeof result !== 'string')
      return { next: asked.from + result.cases, findings: result.findings, mostBytes };
    this.#worker = null;
    await worker.terminate();
    const number = Number(Atomics.load(at, 0));
    const finding = { target: asked.target, seed: seedOf(asked.seed, number), text: '', reason: result };
    return { next: number + 1, findings: [finding], mostBytes };
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage(null);
    await exited;
  }
}

/** Looks at how long one text takes, and how much memory the process has. */
class Watch {
  readonly #at: BigInt64Array;
  readonly #limits: FuzzLimits;
  #number = -1n;
  #begunAt = 0;
  #usedAt = 0;
  #most = 0;

  constructor(at: BigInt64Array, limits: FuzzLimits) {
    this.#at = at;
    this.#limits = limits;
  }

  get mostBytes(): number {
    return this.#most;
  }

  look(): string | null {
    const { hangMs, silentMs, memoryBytes } = this.#limits;
    const rss = process.memoryUsage.rss();
    this.#most = Math.max(this.#most, rss);
    if (rss > memoryBytes) return `The process has ${Math.round(rss / 2 ** 20)} MB.`;
    const number = Atomics.load(this.#at, 0);
    const used = processorMs();
    if (number !== this.#number) {
      this.#number = number;
      this.#begunAt = performance.now();
      this.#usedAt = used;
      return null;
    }
    if (used - this.#usedAt > hangMs)
      return `It hangs: ${Math.round(used - this.#usedAt)} ms of the processor.`;
    const silent = performance.now() - this.#begunAt;
    return silent > silentMs ? `It waits: ${Math.round(silent)} ms without an end.` : null;
  }
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
