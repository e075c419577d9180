import type { Database } from '../database.ts';
import { SYNC_CHANNEL, type SyncEventRow } from './sync-row.ts';

const PAGE = 500;
const rowsAfter = `
  SELECT project_id, sync_id, sequence, at, status, phase, progress, message, stats, detail FROM sync_event
   WHERE project_id = $1 AND sync_id = $2 AND sequence > $3 ORDER BY sequence LIMIT ${PAGE}`;

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
  const log = logOf(database, hints, follow);
  log.readers += 1;
  let last = follow.after;
  try {
    while (!follow.signal.aborted) {
      // Waiting begins before reading, or a hint between the two would be missed.
      const asleep = new AbortController();
      const hint = hints.next(follow.syncId, AbortSignal.any([follow.signal, asleep.signal]));
      try {
        const rows = await log.after(last);
        for (const row of rows) {
          yield row;
          last = row.sequence;
          if (row.status === 'COMPLETED' || row.status === 'FAILED' || row.status === 'CANCELLED') return;
        }
        if (rows.length > 0) continue;
        // Somebody who asks from the last event on, or beyond it, has nothing to wait for.
        if (log.ended) return;
        await hint;
      } finally {
        asleep.abort();
      }
    }
  } finally {
    log.readers -= 1;
    if (log.readers === 0) {
      logs.get(hints)?.delete(follow.syncId);
      log.close();
    }
  }
}

/** The newest rows of one log, read once for all who follow it in this process. */
interface SharedLog {
  readers: number;
  /** Whether the sync has ended, or is not there any more. */
  readonly ended: boolean;
  after(sequence: number): Promise<readonly SyncEventRow[]>;
  close(): void;
}

/** So many rows are kept at hand; who is further back reads the table. */
const AT_HAND = 500;
const logs = new WeakMap<SyncHints, Map<string, SharedLog>>();

function logOf(
  database: Database,
  hints: SyncHints,
  follow: { projectId: string; syncId: string; after: number },
): SharedLog {
  const open = logs.get(hints) ?? new Map<string, SharedLog>();
  logs.set(hints, open);
  const log = open.get(follow.syncId) ?? sharedLog(database, hints, follow);
  open.set(follow.syncId, log);
  return log;
}

function sharedLog(
  database: Database,
  hints: SyncHints,
  { projectId, syncId, after: start }: { projectId: string; syncId: string; after: number },
): SharedLog {
  const read = (after: number) => database.system.query<SyncEventRow>(rowsAfter, [projectId, syncId, after]);
  let rows: SyncEventRow[] = [];
  let ended = false;
  let stale = true;
  let renewedAt = 0;
  let renewing: Promise<void> | null = null;
  const close = hints.each((_project, hinted) => {
    if (hinted === syncId) stale = true;
  });

  async function renew(): Promise<void> {
    stale = false;
    const last = rows.at(-1)?.sequence ?? start;
    const more = await read(last);
    rows = [...rows, ...more].slice(-AT_HAND);
    if (more.length === 0) ended = await hasEnded(database, { projectId, syncId, after: last });
    // A full page says that there is another one.
    if (more.length >= PAGE) stale = true;
    renewedAt = Date.now();
  }

  return {
    readers: 0,
    get ended() {
      return ended;
    },
    async after(sequence) {
      // A hint wakes everybody at once; one of them asks, and all have the answer.
      const due = renewing !== null || stale || Date.now() - renewedAt >= POLL_MS - 100;
      if (due && (rows.at(-1)?.sequence ?? start) <= sequence) {
        renewing ??= renew().finally(() => (renewing = null));
        await renewing;
      }
      if (sequence < (rows[0]?.sequence ?? start + 1) - 1) return read(sequence);
      return rows.filter((row) => row.sequence > sequence);
    },
    close,
  };
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
