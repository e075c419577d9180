import { workState, type Database, type WorkState } from '@project-sync/db';
import { Gauge, type Registry } from 'prom-client';

/** A scrape must end before its own time limit, also while the database hangs. */
const WITHIN_MS = 3000;
/** The gauges of one scrape share one look at the database. */
const FRESH_MS = 1000;

/**
 * Registers the gauges of the queue. They are the same in every process, since all share one database: aggregate them by
 * `max`, not by `sum`. Where the database does not answer they are missing, and `project_sync_database_up` is 0.
 */
export function queueMetrics(registry: Registry, database: Database): void {
  const look = sharedLook(database);
  const registers = [registry];
  new Gauge({
    name: 'project_sync_database_up',
    help: '1 while the database answers.',
    registers,
    async collect() {
      this.set((await look()) === null ? 0 : 1);
    },
  });
  new Gauge({
    name: 'project_sync_queue_depth',
    help: 'Work that waits in a queue of all processes: sync, embed or remove.',
    labelNames: ['queue'],
    registers,
    async collect() {
      this.reset();
      for (const { queue, waiting } of (await look())?.queues ?? []) this.set({ queue }, waiting);
    },
  });
  new Gauge({
    name: 'project_sync_queue_oldest_age_seconds',
    help: 'How long the oldest work in a queue has waited; 0 where none waits.',
    labelNames: ['queue'],
    registers,
    async collect() {
      this.reset();
      for (const { queue, oldestSeconds } of (await look())?.queues ?? []) this.set({ queue }, oldestSeconds);
    },
  });
  new Gauge({
    name: 'project_sync_queue_running_syncs',
    help: 'Syncs that run in all processes: held by a worker, or abandoned by one that went silent.',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      const state = await look();
      if (state === null) return;
      this.set({ state: 'held' }, state.running - state.abandoned);
      this.set({ state: 'abandoned' }, state.abandoned);
    },
  });
  new Gauge({
    name: 'project_sync_workers',
    help: 'Processes that run syncs and are connected to the database.',
    registers,
    async collect() {
      this.reset();
      const state = await look();
      if (state !== null) this.set(state.workers);
    },
  });
}

function sharedLook(database: Database): () => Promise<WorkState | null> {
  let last: Promise<WorkState | null> | null = null;
  let at = 0;
  return () => {
    if (last !== null && performance.now() - at < FRESH_MS) return last;
    at = performance.now();
    last = within(workState(database));
    return last;
  };
}

async function within(state: Promise<WorkState>): Promise<WorkState | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), WITHIN_MS);
  });
  try {
    return await Promise.race([state, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
