import { SYNC_QUEUE, type JobQueue } from '../ports/job-queue.ts';
import type { Claim } from '../ports/sync-claims.ts';
import { runClaimed, type RunParts } from './run-claimed.ts';
import { Watchdog } from './watchdog.ts';

export type { OpenSource } from './run-claimed.ts';

/** How often the rows are searched for syncs whose job was lost. */
const RECONCILE_MS = 3000;
/** How often a worker whose places are all taken looks for a project that waits and has nothing running. */
const RELIEVE_MS = 200;
/** The further syncs that such projects get, one each, beside long ones. */
const RELIEF_PLACES = 4;
const stallLimit = (): number => 10 * 60_000;
/** A quarter of a lease. */
const BEAT_MS = 5000;

/** The dependencies and limits of a worker. */
export interface SyncWorkerOptions extends Omit<RunParts, 'jobs' | 'beatMs'> {
  readonly jobs: JobQueue;
  /** How many syncs run at the same time. */
  readonly concurrency: number;
  /** How long a run may report nothing, in milliseconds. Called at the start of each run. */
  readonly stallMs?: () => number;
  /** How often the lease is renewed and a cancel request is looked for, in milliseconds. */
  readonly beatMs?: number;
}

/** Runs syncs until it is stopped. */
export interface SyncWorker {
  start(): Promise<void>;
  /** Gives its syncs back. They go on in another worker or at the next start. */
  stop(): Promise<void>;
}

/** Makes a worker. Jobs wake it, and the rows of the syncs say what there is to do. */
export function createSyncWorker(options: SyncWorkerOptions): SyncWorker {
  return new ClaimingWorker(options);
}

class ClaimingWorker implements SyncWorker {
  readonly #options: SyncWorkerOptions;
  readonly #running = new Map<string, Watchdog>();
  #stopping = false;
  #stopListening: () => Promise<void> = () => Promise.resolve();
  #reconciling: NodeJS.Timeout | null = null;
  #relieving: NodeJS.Timeout | null = null;
  readonly #relief = new Set<Promise<void>>();

  constructor(options: SyncWorkerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { claims, jobs, concurrency, log } = this.#options;
    this.#stopListening = await claims.onCancel((syncId) => this.#running.get(syncId)?.cancel());
    await jobs.work(SYNC_QUEUE, concurrency, () => this.#runWaiting());
    await this.#reconcile();
    const failed = (error: unknown): void => log.error({ error }, 'Waiting syncs could not be read.');
    this.#reconciling = setInterval(() => void this.#reconcile().catch(failed), RECONCILE_MS);
    this.#relieving = setInterval(() => {
      const run = this.#relieve().catch(failed);
      this.#relief.add(run);
      void run.finally(() => this.#relief.delete(run));
    }, RELIEVE_MS);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of [this.#reconciling, this.#relieving]) if (timer !== null) clearInterval(timer);
    for (const watchdog of this.#running.values()) watchdog.release();
    await this.#stopListening();
    await this.#options.jobs.stop();
    await Promise.all(this.#relief);
    await this.#options.claims.releaseAll();
  }

  /** One job may stand for many syncs, so an awake worker goes on until none waits. */
  async #runWaiting(): Promise<void> {
    while (!this.#stopping) {
      const claim = await this.#options.claims.claim();
      if (claim === null) return;
      await this.#run(claim);
    }
  }

  /** A sync keeps its place until it ends. A tenant's long ones would keep all others waiting as long. */
  async #relieve(): Promise<void> {
    const { concurrency, claims } = this.#options;
    const taken = this.#running.size;
    if (this.#stopping || taken < concurrency || taken >= concurrency + RELIEF_PLACES) return;
    const claim = await claims.claim(true);
    if (claim !== null) await this.#run(claim);
  }

  async #run(claim: Claim): Promise<void> {
    const { claims, observer, stallMs = stallLimit, beatMs = BEAT_MS } = this.#options;
    const watchdog = new Watchdog(claims, claim, stallMs());
    // A worker that began to stop while it claimed gives the sync back at once.
    if (this.#stopping) watchdog.release();
    this.#running.set(claim.sync.id, watchdog);
    const run = () => runClaimed({ ...this.#options, beatMs }, claim, watchdog);
    try {
      await (observer === undefined ? run() : observer.around(claim.sync, run));
    } finally {
      this.#running.delete(claim.sync.id);
    }
  }

  /** Jobs can be lost in a crash and rows cannot: each sync that waits without a worker gets a job. */
  async #reconcile(): Promise<void> {
    const stranded = await this.#options.claims.stranded();
    await Promise.all(
      stranded.map(({ projectId, syncId }) =>
        this.#options.jobs.send(SYNC_QUEUE, { projectId, syncId }, { key: syncId }),
      ),
    );
  }
}
