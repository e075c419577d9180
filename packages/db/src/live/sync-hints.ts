import type { Database } from '../database/database.ts';
import { SYNC_CHANNEL } from '../syncs/sync-row.ts';

/** The longest wait without a hint. Hints are lost when a connection is. */
const POLL_MS = 2000;

/** Receives each hint once per process and passes it to the readers of that sync or project. */
export interface SyncHints {
  /** Resolves at the next hint, after the poll interval, or when the signal aborts. */
  next(key: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Opens the listener that all subscriptions of a process share. */
export async function openSyncHints(database: Database): Promise<SyncHints> {
  const waiting = new Map<string, Set<() => void>>();
  const stop = await database.listen(SYNC_CHANNEL, (payload) => {
    for (const key of payload.split(' ')) {
      const wakes = waiting.get(key);
      waiting.delete(key);
      for (const wake of wakes ?? []) wake();
    }
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
    close: stop,
  };
}
