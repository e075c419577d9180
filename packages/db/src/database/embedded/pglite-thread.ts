import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { DbError } from '../db-error.ts';
import type { WorkerAnswer, WorkerNotice, WorkerRequest, WorkerStart } from './worker-messages.ts';

type Question = WorkerRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;
type Answered = Extract<WorkerAnswer, { ok: true }>;

/** The thread in which PGlite runs, with requests and answers. */
export class PgliteThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Answered) => void; reject: (error: unknown) => void }
  >();
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  #lastId = 0;
  #ended: Error | null = null;

  private constructor(start: WorkerStart) {
    // The flags of the process, such as `--input-type`, are not meant for the thread.
    this.#worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
      workerData: start,
      execArgv: [],
    });
    this.#worker.on('message', (message: WorkerAnswer | WorkerNotice) => this.#receive(message));
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () =>
      this.#end(new DbError('DATABASE_CLOSED', 'The embedded database has been closed.')),
    );
  }

  static async start(start: WorkerStart): Promise<PgliteThread> {
    const thread = new PgliteThread(start);
    await new Promise<Answered>((resolve, reject) => thread.#waiting.set(0, { resolve, reject }));
    return thread;
  }

  ask(question: Question): Promise<Answered> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...question, id });
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
    if (this.#ended === null) await this.ask({ kind: 'close' });
    await this.#worker.terminate();
  }

  #receive(message: WorkerAnswer | WorkerNotice): void {
    if ('notify' in message) {
      for (const listener of this.#listeners.get(message.notify) ?? []) listener(message.payload);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.ok) waiting?.resolve(message);
    else waiting?.reject(databaseError(message.error));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

/** Makes the error class that a server's driver throws, so that both are handled alike. */
function databaseError(fields: Record<string, string>): Error {
  const message = fields['message'] ?? 'The embedded database failed.';
  return Object.assign(new pg.DatabaseError(message, message.length, 'error'), fields);
}
