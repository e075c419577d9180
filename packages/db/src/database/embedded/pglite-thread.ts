import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { DbError } from '../db-error.ts';
import { DISK_FULL } from './free-space.ts';
import type {
  LeadingStatement,
  WorkerAnswer,
  WorkerNotice,
  WorkerRequest,
  WorkerStart,
} from './worker-messages.ts';

type Question = WorkerRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;
type Answered = Extract<WorkerAnswer, { ok: true }>;

/** How long the thread waits after a failed start before it tries again. */
const RESTART_AFTER_MS = 1000;

/**
 * The thread in which PGlite runs, with requests and answers. PostgreSQL ends itself where it cannot write its log, as on
 * a full disk. PGlite then answers nothing more, so the thread is replaced by a new one, which recovers the data from that
 * log as a server does after a crash.
 */
export class PgliteThread {
  readonly #start: WorkerStart;
  /** Threads of databases that were closed: taken first, and given back. Null where each has a thread of its own. */
  readonly #spare: Worker[] | null;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Answered) => void; reject: (error: unknown) => void }
  >();
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  #worker: Worker | null = null;
  #lastId = 0;
  #epoch = 0;
  #starting: Promise<void> | null = null;
  #failedStart: { readonly error: Error; readonly at: number } | null = null;
  #isClosed = false;
  /** The end of a transaction that only read, until it is sent. */
  #ending: LeadingStatement | null = null;
  /** Takes this object's listeners off the thread, which goes to another one. */
  #deafen: () => void = () => undefined;

  private constructor(start: WorkerStart, spare: Worker[] | null) {
    this.#start = start;
    this.#spare = spare;
  }

  static async start(start: WorkerStart, spare: Worker[] | null = null): Promise<PgliteThread> {
    const thread = new PgliteThread(start, spare);
    await thread.#begin();
    return thread;
  }

  /** Raised by each new start. A transaction belongs to one epoch: what is left of it must not run in another. */
  get epoch(): number {
    return this.#epoch;
  }

  async ask(question: Question, epoch: number | null = null): Promise<Answered> {
    if (this.#isClosed) throw closed();
    if (this.#worker === null) await this.#restart();
    if (epoch !== null && epoch !== this.#epoch)
      throw databaseError({
        code: '57P01',
        message: 'The embedded database was started anew, and this transaction ended with it.',
      });
    return this.#send(question);
  }

  /**
   * Ends a transaction that only read, of which no request is on its way. Nothing waits for the end: it goes with the next
   * request, or alone where none follows at once.
   */
  endReading(epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#ending = { text: 'COMMIT' };
    setImmediate(() => {
      // It fails only where the thread ends, and the transaction with it.
      if (this.#ending !== null) this.#send({ kind: 'script', text: '' }).catch(() => undefined);
    });
  }

  /** Listens to a channel. PGlite has one listener per channel, and this thread's side has the callbacks. */
  async listen(channel: string, onNotify: (payload: string) => void): Promise<() => void> {
    let listeners = this.#listeners.get(channel);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(channel, listeners);
      await this.ask({ kind: 'listen', channel });
    }
    listeners.add(onNotify);
    return () => void listeners.delete(onNotify);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker !== null && !this.#isClosed) await this.#send({ kind: 'close' });
    this.#isClosed = true;
    const isWhole = worker !== null && worker === this.#worker;
    this.#end(worker, closed());
    if (!isWhole || this.#spare === null) return void (await worker?.terminate());
    this.#deafen();
    worker.unref();
    this.#spare.push(worker);
  }

  #send(question: Question): Promise<Answered> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { leading = [] } = question;
    const request = {
      ...question,
      id,
      leading: this.#ending === null ? leading : [this.#ending, ...leading],
    };
    this.#ending = null;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker?.postMessage(request);
    });
  }

  async #begin(): Promise<void> {
    const spare = this.#spare?.pop();
    const worker = spare ?? newWorker(this.#start);
    this.#worker = worker;
    this.#epoch += 1;
    this.#ending = null;
    const heard = {
      message: (message: WorkerAnswer | WorkerNotice) => this.#receive(worker, message),
      error: (error: unknown) => this.#end(worker, startFailure(error)),
      exit: () => this.#end(worker, closed()),
    };
    for (const [event, listener] of Object.entries(heard)) worker.on(event, listener);
    this.#deafen = () => {
      for (const [event, listener] of Object.entries(heard)) worker.off(event, listener);
    };
    const started = new Promise<Answered>((resolve, reject) => this.#waiting.set(0, { resolve, reject }));
    spare?.ref();
    spare?.postMessage({ id: 0, kind: 'open', start: this.#start } satisfies WorkerRequest);
    await started;
  }

  /** Starts again, once for all who wait for it. A start that has just failed is not repeated at once. */
  async #restart(): Promise<void> {
    const failed = this.#failedStart;
    if (failed !== null && performance.now() - failed.at < RESTART_AFTER_MS) throw failed.error;
    this.#starting ??= this.#begin()
      .then(async () => {
        this.#failedStart = null;
        await Promise.all(
          [...this.#listeners.keys()].map((channel) => this.#send({ kind: 'listen', channel })),
        );
      })
      .catch((error: unknown) => {
        const failure = error instanceof Error ? error : new Error(String(error));
        this.#failedStart = { error: failure, at: performance.now() };
        throw failure;
      })
      .finally(() => {
        this.#starting = null;
      });
    return this.#starting;
  }

  #receive(worker: Worker, message: WorkerAnswer | WorkerNotice): void {
    if (worker !== this.#worker) return;
    if ('notify' in message) {
      for (const listener of this.#listeners.get(message.notify) ?? []) listener(message.payload);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.ok) return waiting?.resolve(message);
    const error = databaseError(message.error);
    waiting?.reject(error);
    // PostgreSQL has ended itself.
    if (message.error['severity'] === 'PANIC' || message.error['severity'] === 'FATAL') {
      this.#end(worker, error);
      void worker.terminate();
    }
  }

  /** Forgets a worker that has ended, and rejects what it had not answered. */
  #end(worker: Worker | null, error: Error): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

function newWorker(start: WorkerStart): Worker {
  // V8 loses count of the places of WebAssembly's code when it frees what it has compiled anew, and now and then ends the process
  // for it (nodejs/node#64500). What is kept instead is some megabytes.
  setFlagsFromString('--no-wasm-code-gc');
  // The flags of the process, such as `--input-type`, are not meant for the thread.
  return new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: start, execArgv: [] });
}

function closed(): DbError {
  return new DbError('DATABASE_CLOSED', 'The embedded database has been closed.');
}

/** The error of a start, which PGlite reports as text. */
function startFailure(error: unknown): Error {
  const failure = error instanceof Error ? error : new Error(String(error));
  return /no space left|ENOSPC|Disk quota/i.test(failure.message)
    ? databaseError({ code: DISK_FULL, message: failure.message })
    : failure;
}

/** Makes the error class that a server's driver throws, so that both are handled alike. */
function databaseError(fields: Readonly<Record<string, string>>): Error {
  const message = fields['message'] ?? 'The embedded database failed.';
  return Object.assign(new pg.DatabaseError(message, message.length, 'error'), fields);
}
