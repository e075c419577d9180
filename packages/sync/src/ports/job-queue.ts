/** The queue whose jobs wake a worker. Which sync the worker then takes is decided by the rows. */
export const SYNC_QUEUE = 'sync';
/** The queue of projects to embed outside of a sync. */
export const EMBED_QUEUE = 'embed';

/** A queue of background jobs. */
export interface JobQueue {
  /** Enqueues a job. At most one job with the same `key` waits at a time. */
  send(
    queue: string,
    data: Record<string, unknown>,
    options?: { key?: string; afterSeconds?: number },
  ): Promise<void>;
  /** Handles jobs, up to `concurrency` at a time. A job whose handler throws is retried later. */
  work(
    queue: string,
    concurrency: number,
    handler: (data: Record<string, unknown>) => Promise<void>,
  ): Promise<void>;
  /** Takes no more jobs and waits for those that are running. */
  stop(): Promise<void>;
}

/** The log that workers write to. */
export interface WorkerLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
