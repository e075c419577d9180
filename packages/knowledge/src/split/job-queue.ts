/** A piece of work that waits for a thread, and the promise that its caller waits for. */
export interface Job<Input, Result> {
  input: Input;
  /** The tenant it is done for. */
  readonly group: string;
  resolve(result: Result): void;
  reject(error: Error): void;
}

/**
 * Jobs by the group they are done for. Groups take turns, and within a group jobs keep the order in which they came, so
 * that a group with thousands of jobs delays no other. A caller that aborts leaves the queue at once.
 */
export class JobQueue<Input, Result> {
  readonly #waiting = new Map<string, Job<Input, Result>[]>();

  /** Appends a job and returns its result, or rejects with the signal's reason as soon as that is aborted. */
  add(input: Input, signal?: AbortSignal, group = ''): Promise<Result> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#remove(job);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('The job was aborted.'));
      };
      const settling =
        <Value>(settle: (value: Value) => void) =>
        (value: Value): void => {
          signal?.removeEventListener('abort', stop);
          settle(value);
        };
      const job: Job<Input, Result> = {
        input,
        group,
        resolve: settling(resolve),
        reject: settling(reject),
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#groupOf(group).push(job);
    });
  }

  /** Removes and returns the next job of the groups that may have one, and puts its group behind all others. */
  take(mayTake: (group: string) => boolean = () => true): Job<Input, Result> | undefined {
    for (const [group, jobs] of this.#waiting) {
      if (!mayTake(group)) continue;
      const job = jobs.shift();
      this.#waiting.delete(group);
      if (jobs.length > 0) this.#waiting.set(group, jobs);
      return job;
    }
    return undefined;
  }

  /** Puts a job before all others of its group, since it has waited already. */
  putFirst(job: Job<Input, Result>): void {
    this.#groupOf(job.group).unshift(job);
  }

  /** Removes every waiting job and rejects it. */
  rejectAll(error: Error): void {
    const waiting = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    for (const job of waiting) job.reject(error);
  }

  #groupOf(group: string): Job<Input, Result>[] {
    const jobs = this.#waiting.get(group) ?? [];
    this.#waiting.set(group, jobs);
    return jobs;
  }

  #remove(job: Job<Input, Result>): void {
    const jobs = this.#waiting.get(job.group) ?? [];
    const at = jobs.indexOf(job);
    if (at >= 0) jobs.splice(at, 1);
    if (jobs.length === 0) this.#waiting.delete(job.group);
  }
}
