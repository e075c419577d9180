import { statfs } from 'node:fs/promises';
import { notificationArrives, openDatabase } from '@project-sync/db';
import type { Configuration } from '../configuration.ts';
import { readExposition, type Samples } from '../telemetry/read-exposition.ts';
import type { Finding } from './embedder-findings.ts';

/** A notification takes milliseconds. */
const NOTIFIED_WITHIN_MS = 3000;
/** Work that waits longer than this needs a person. */
const LONGEST_WAIT_SECONDS = 900;
const GIGABYTE = 1e9;
/** Below this the embedded database soon refuses to write. */
const LEAST_FREE_GB = 0.5;
const LITTLE_FREE_GB = 5;

/** Checks that notifications reach this machine; a pooler such as pgbouncer loses them. */
export async function listenFindings({
  DATABASE_URL: url,
  DATABASE_LISTEN_URL: listenUrl,
}: Pick<Configuration, 'DATABASE_URL' | 'DATABASE_LISTEN_URL'>): Promise<Finding[]> {
  if (url === undefined) return [];
  const what = 'notifications';
  const by = listenUrl === undefined ? 'DATABASE_URL' : 'DATABASE_LISTEN_URL';
  try {
    const database = await openDatabase({
      kind: 'postgres',
      url,
      listenUrl,
      name: 'project-sync doctor',
      connections: 2,
    });
    try {
      return (await notificationArrives(database, NOTIFIED_WITHIN_MS))
        ? [{ what, ok: true, message: `arrive through ${by}` }]
        : [
            {
              what,
              ok: true,
              warning: true,
              message: `do not arrive through ${by}, so that progress is up to two seconds late. Set DATABASE_LISTEN_URL to the database itself, without a pooler.`,
            },
          ];
    } finally {
      await database.close();
    }
  } catch (error) {
    return [{ what, ok: false, message: error instanceof Error ? error.message : String(error) }];
  }
}

/** Reads the queue and the workers from the metrics of a server. */
export async function workFindings(url: string, token: string | undefined): Promise<Finding[]> {
  const answer = await fetch(`${url}/metrics`, {
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
  if (!answer.ok)
    return [
      {
        what: 'queue',
        ok: true,
        warning: true,
        message: 'cannot be read: /metrics is for the holder of METRICS_TOKEN.',
      },
    ];
  return judgeWork(readExposition(await answer.text()));
}

/** Judges the queue and the workers by the metrics of one process. */
export function judgeWork(samples: Samples): Finding[] {
  const of = (queue: string, name: string): number =>
    samples.get(`project_sync_queue_${name}{queue="${queue}"}`) ?? 0;
  const queues = ['sync', 'embed', 'remove'];
  const waiting = queues.reduce((sum, queue) => sum + of(queue, 'depth'), 0);
  const oldest = Math.round(Math.max(...queues.map((queue) => of(queue, 'oldest_age_seconds'))));
  const isStuck = oldest > LONGEST_WAIT_SECONDS;
  const queue: Finding = {
    what: 'queue',
    ok: !isStuck,
    message:
      waiting === 0
        ? 'nothing waits'
        : `${waiting} ${waiting === 1 ? 'job waits' : 'jobs wait'}, the oldest for ${oldest} s${isStuck ? '. Add workers, or look in their logs for rate limits and the embedder.' : ''}`,
  };
  return [queue, ...workerFindings(samples, waiting)];
}

function workerFindings(samples: Samples, waiting: number): Finding[] {
  const workers = samples.get('project_sync_workers') ?? 0;
  const abandoned = samples.get('project_sync_queue_running_syncs{state="abandoned"}') ?? 0;
  const running = samples.get('project_sync_queue_running_syncs{state="held"}') ?? 0;
  const connected: Finding = {
    what: 'workers',
    ok: workers > 0 || waiting === 0,
    warning: workers === 0,
    message:
      workers === 0
        ? 'none is connected. Start a process with ROLE=worker or ROLE=all.'
        : `${workers} connected, ${running} ${running === 1 ? 'sync runs' : 'syncs run'}`,
  };
  if (abandoned === 0) return [connected];
  const message = `${abandoned} ${abandoned === 1 ? 'sync has' : 'syncs have'} lost the worker; another one takes over within 20 s.`;
  return [connected, { what: 'workers', ok: workers > 0, warning: true, message }];
}

/** Checks the room on the disk of DATA_DIR. */
export async function diskFindings(dataDir: string): Promise<Finding[]> {
  try {
    const { bavail, bsize, blocks } = await statfs(dataDir);
    return [judgeDisk(bavail * bsize, blocks * bsize)];
  } catch {
    return [{ what: 'disk', ok: true, warning: true, message: `${dataDir} is not there yet.` }];
  }
}

/** Judges the free bytes of a disk. */
export function judgeDisk(free: number, all: number): Finding {
  const gigabytes = free / GIGABYTE;
  const amount = `${gigabytes.toFixed(1)} of ${(all / GIGABYTE).toFixed(1)} GB are free`;
  const ok = gigabytes >= LEAST_FREE_GB;
  const isLittle = gigabytes < LITTLE_FREE_GB;
  return {
    what: 'disk',
    ok,
    warning: isLittle,
    message: isLittle
      ? `only ${amount}. The embedded database stops writing when it is full; make room.`
      : amount,
  };
}
