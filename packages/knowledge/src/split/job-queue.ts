/** A piece of work that waits for a thread, and the promise that its caller waits for. */
export interface Job<Input, Result> {
  input: Input;
  resolve(result: Result): void;
  reject(error: Error): void;
}

/** Jobs in the order in which they came. A caller that aborts leaves the queue at once. */
export class JobQueue<Input, Result> {
  readonly #waiting: Job<Input, Result>[] = [];

  /** Appends a job and returns its result, or rejects with the signal's reason as soon as that is aborted. */
  add(input: Input, signal?: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        const at = this.#waiting.indexOf(job);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('The job was aborted.'));
      };
      const settling =
        <Value>(settle: (value: Value) => void) =>
        (value: Value): void => {
          signal?.removeEventListener('abort', stop);
          settle(value);
        };
      const job: Job<Input, Result> = { input, resolve: settling(resolve), reject: settling(reject) };
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiting.push(job);
    });
  }

  /** Removes and returns the next job. */
  take(): Job<Input, Result> | undefined {
    return this.#waiting.shift();
  }

  /** Puts a job before all others, since it has waited already. */
  putFirst(job: Job<Input, Result>): void {
    this.#waiting.unshift(job);
  }

  /** Removes every waiting job and rejects it. */
  rejectAll(error: Error): void {
    for (const job of this.#waiting.splice(0)) job.reject(error);
  }
}
