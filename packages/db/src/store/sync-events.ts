import type { Database } from '../database.ts';
import { SYNC_CHANNEL, type SyncEventRow } from './sync-row.ts';

const rowsAfter = `
  SELECT project_id, sync_id, sequence, at, status, phase, progress, message, stats, detail FROM sync_event
   WHERE project_id = $1 AND sync_id = $2 AND sequence > $3 ORDER BY sequence LIMIT 500`;

/** How often the log is looked at when no hint comes: hints are lost when a connection is. */
const POLL_MS = 2000;

/** Hears every hint of a process once and passes it to whoever follows that sync or project. */
export interface SyncHints {
  /** Resolves at the next hint, after the poll interval, or when the signal aborts. */
  next(key: string, signal: AbortSignal): Promise<void>;
  /** Calls back at each hint of any sync. */
  each(onHint: (projectId: string, syncId: string) => void): () => void;
  close(): Promise<void>;
}

/** Opens the one listener that all subscriptions of a process share. */
export async function openSyncHints(database: Database): Promise<SyncHints> {
  const waiting = new Map<string, Set<() => void>>();
  const everyone = new Set<(projectId: string, syncId: string) => void>();
  const stop = await database.listen(SYNC_CHANNEL, (payload) => {
    const [projectId = '', syncId = ''] = payload.split(' ');
    for (const key of [projectId, syncId]) {
      const wakes = waiting.get(key);
      waiting.delete(key);
      for (const wake of wakes ?? []) wake();
    }
    for (const tell of everyone) tell(projectId, syncId);
  });
  return {
    next: (key, signal) =>
      new Promise((resolve) => {
        const wakes = waiting.get(key) ?? new Set();
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          wakes.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, POLL_MS);
        signal.addEventListener('abort', wake, { once: true });
        wakes.add(wake);
        waiting.set(key, wakes);
        if (signal.aborted) wake();
      }),
    each(onHint) {
      everyone.add(onHint);
      return () => void everyone.delete(onHint);
    },
    close: stop,
  };
}

/**
 * The log of one sync from the event after `after` on, then live, to its terminal event. The reader asks for rows
 * when it wants the next, so a slow one holds no buffer: it is simply further back in the log.
 */
export async function* syncEvents(
  database: Database,
  hints: SyncHints,
  follow: { projectId: string; syncId: string; after: number; signal: AbortSignal },
): AsyncGenerator<SyncEventRow> {
  let last = follow.after;
  while (!follow.signal.aborted) {
    // Waiting begins before reading, or a hint between the two would be missed.
    const asleep = new AbortController();
    const hint = hints.next(follow.syncId, AbortSignal.any([follow.signal, asleep.signal]));
    let rows: SyncEventRow[];
    try {
      rows = await database.system.query<SyncEventRow>(rowsAfter, [follow.projectId, follow.syncId, last]);
      for (const row of rows) {
        yield row;
        last = row.sequence;
        if (row.status === 'COMPLETED' || row.status === 'FAILED' || row.status === 'CANCELLED') return;
      }
      if (rows.length > 0) continue;
      // Somebody who asks from the last event on, or beyond it, has nothing to wait for.
      if (await hasEnded(database, { ...follow, after: last })) return;
      await hint;
    } finally {
      asleep.abort();
    }
  }
}

async function hasEnded(
  database: Database,
  { projectId, syncId, after }: { projectId: string; syncId: string; after: number },
): Promise<boolean> {
  const [row] = await database.system.query<{ ended: boolean }>(
    `SELECT status IN ('COMPLETED', 'FAILED', 'CANCELLED') AND (last_sequence <= $3) AS ended
       FROM project_sync WHERE project_id = $1 AND id = $2`,
    [projectId, syncId, after],
  );
  return row?.ended ?? true;
}

/** Which sync of a project was queued, changed its phase or ended. */
export interface Activity {
  readonly projectId: string;
  readonly syncId: string;
}

/**
 * The syncs of a project as they change. What a slow reader missed is told once, by the newest state: it asks what
 * stands now, never for a list that grows while it looks away.
 */
export async function* projectActivity(
  database: Database,
  hints: SyncHints,
  projectId: string,
  signal: AbortSignal,
): AsyncGenerator<Activity> {
  const known = new Map<string, string>();
  let since = new Date();
  for (let first = true; !signal.aborted; first = false) {
    const asleep = new AbortController();
    const hint = hints.next(projectId, AbortSignal.any([signal, asleep.signal]));
    try {
      const rows = await database.system.query<{ id: string; state: string; at: Date }>(
        `SELECT id, status::text || ' ' || phase::text AS state, now() - interval '1 minute' AS at FROM project_sync
          WHERE project_id = $1 AND (status IN ('QUEUED', 'RUNNING') OR completed_at >= $2) ORDER BY queued_at`,
        [projectId, since],
      );
      if (first)
        for (const row of rows) if (!/^(QUEUED|RUNNING)/.test(row.state)) known.set(row.id, row.state);
      for (const { id, state, at } of rows) {
        since = at;
        if (known.get(id) === state) continue;
        known.set(id, state);
        yield { projectId, syncId: id };
      }
      await hint;
    } finally {
      asleep.abort();
    }
  }
}
