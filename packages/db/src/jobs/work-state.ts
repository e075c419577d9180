import { EMBED_QUEUE, SYNC_QUEUE } from '@project-sync/sync';
import type { Database } from '../database/database.ts';
import { listenerName } from '../database/server/server-listener.ts';
import { REMOVE_QUEUE } from '../removal/request-removal.ts';
import { isRunningSql, isWaitingSql } from '../syncs/status-sql.ts';

/** The work that waits in one queue. */
interface QueueState {
  readonly queue: string;
  readonly waiting: number;
  /** How long the oldest has waited, in seconds; 0 where none waits. */
  readonly oldestSeconds: number;
}

/** The work that waits, and the syncs that run, in all processes together. */
export interface WorkState {
  readonly queues: readonly QueueState[];
  readonly running: number;
  /** Syncs whose worker has gone silent: another one takes them over. */
  readonly abandoned: number;
  /** Processes that run syncs. */
  readonly workers: number;
}

// Of syncs the rows are counted: a job only wakes a worker, and one that wakes too early is none.
const work = `
  SELECT $1::text AS queue, count(*)::int AS waiting,
         coalesce(extract(epoch FROM now() - min(queued_at)), 0)::float8 AS oldest
    FROM project_sync WHERE ${isWaitingSql()}
  UNION ALL
  SELECT q.name, count(j.id)::int, coalesce(extract(epoch FROM now() - min(greatest(j.created_on, j.start_after))), 0)::float8
    FROM unnest($2::text[]) AS q(name)
    LEFT JOIN pgboss.job j ON j.name = q.name AND j.state IN ('created', 'retry') AND j.start_after <= now()
   GROUP BY q.name`;
const running = `
  SELECT count(*)::int AS running, (count(*) FILTER (WHERE lease_until <= now()))::int AS abandoned
    FROM project_sync WHERE ${isRunningSql()}`;

/** The name of a process that runs syncs, as the server shows it beside its connections. */
export const WORKER_NAME = 'project-sync worker';
// Each process has one connection that listens, and the server knows when it is gone.
const workers = `
  SELECT count(*)::int AS workers FROM pg_stat_activity
   WHERE datname = current_database() AND application_name = '${listenerName(WORKER_NAME)}'`;

/** Reads the work that waits and runs, with three short statements. An embedded database has one process. */
export async function workState({ system, kind }: Pick<Database, 'system' | 'kind'>): Promise<WorkState> {
  const [queues, [syncs], [connected]] = await Promise.all([
    system.query<{ queue: string; waiting: number; oldest: number }>(work, [
      SYNC_QUEUE,
      [EMBED_QUEUE, REMOVE_QUEUE],
    ]),
    system.query<{ running: number; abandoned: number }>(running),
    kind === 'embedded' ? [{ workers: 1 }] : system.query<{ workers: number }>(workers),
  ]);
  return {
    queues: queues.map(({ queue, waiting, oldest }) => ({
      queue,
      waiting,
      oldestSeconds: Math.max(0, oldest),
    })),
    running: syncs?.running ?? 0,
    abandoned: syncs?.abandoned ?? 0,
    workers: connected?.workers ?? 0,
  };
}
