import { endedStatuses } from '@project-sync/sync';
import type { Database } from '../database/database.ts';
import { hasEndedSql } from '../syncs/status-sql.ts';
import { SharedWatch, type Look } from './shared-watch.ts';
import type { SyncHints } from './sync-hints.ts';
import type { SyncEventRow } from '../syncs/sync-row.ts';

const PAGE = 500;
const rowsAfter = `
  SELECT project_id, sync_id, sequence, at, status, phase, progress, message, stats, detail FROM sync_event
   WHERE project_id = $1 AND sync_id = $2 AND sequence > $3 ORDER BY sequence LIMIT ${PAGE}`;
const endOf = `
  SELECT ${hasEndedSql()} AS ended, last_sequence AS last
    FROM project_sync WHERE project_id = $1 AND id = $2`;

/** How many rows are cached; a reader further back reads the table. */
const CACHED = 500;

/**
 * Yields the log of one sync after event `after`, then live, up to its terminal event. A slow reader needs no buffer:
 * it is further back in the log. All readers of one process share the same row objects.
 */
export async function* syncEvents(
  database: Database,
  hints: SyncHints,
  follow: { projectId: string; syncId: string; after: number; signal: AbortSignal },
): AsyncGenerator<SyncEventRow> {
  const { signal } = follow;
  const logs = logsOf(hints);
  let log = logs.get(follow.syncId);
  if (log === undefined || log.watch.failed) {
    log = new SharedLog(database, hints, follow);
    logs.set(follow.syncId, log);
  }
  log.readers += 1;
  const reader = log.watch.reader(signal);
  let last = follow.after;
  try {
    while (!signal.aborted) {
      // Read before the rows, so that the rows include the end when this says there is one.
      const { over } = log.watch;
      const rows = log.reaches(last) ? log.after(last) : await log.read(last);
      for (const row of rows) {
        yield row;
        if (signal.aborted || isEnd(row)) return;
        last = row.sequence;
      }
      if (rows.length > 0) continue;
      // A reader that starts at the last event, or beyond it, has nothing to wait for.
      if (over) return;
      await reader.news();
    }
  } finally {
    reader.leave();
    log.readers -= 1;
    if (log.readers === 0) {
      if (logs.get(follow.syncId) === log) logs.delete(follow.syncId);
      log.watch.close();
    }
  }
}

const isEnd = ({ status }: SyncEventRow): boolean => endedStatuses.includes(status);

const open = new WeakMap<SyncHints, Map<string, SharedLog>>();

function logsOf(hints: SyncHints): Map<string, SharedLog> {
  const logs = open.get(hints) ?? new Map<string, SharedLog>();
  open.set(hints, logs);
  return logs;
}

/** The newest rows of one log, read once for all readers of this process. */
class SharedLog {
  readers = 0;
  readonly watch: SharedWatch;
  readonly #database: Database;
  readonly #projectId: string;
  readonly #syncId: string;
  /** The event before the first cached one. */
  #before: number;
  #rows: SyncEventRow[] = [];

  constructor(
    database: Database,
    hints: SyncHints,
    follow: { projectId: string; syncId: string; after: number },
  ) {
    this.#database = database;
    this.#projectId = follow.projectId;
    this.#syncId = follow.syncId;
    this.#before = follow.after;
    this.watch = new SharedWatch(hints, follow.syncId, () => this.#look());
  }

  /** True when all rows after an event are cached, as far as the log has been read. */
  reaches(sequence: number): boolean {
    return sequence >= this.#before;
  }

  after(sequence: number): readonly SyncEventRow[] {
    // Not by its distance from the first: the log of an old sync has been thinned.
    const first = this.#rows.findIndex((row) => row.sequence > sequence);
    return first === -1 ? [] : this.#rows.slice(first);
  }

  read(sequence: number): Promise<SyncEventRow[]> {
    return this.#database.system.query<SyncEventRow>(rowsAfter, [this.#projectId, this.#syncId, sequence]);
  }

  async #look(): Promise<Look> {
    const found: SyncEventRow[] = [];
    for (;;) {
      const last = found.at(-1)?.sequence ?? this.#rows.at(-1)?.sequence ?? this.#before;
      const page = await this.read(last);
      found.push(...page);
      if (page.length < PAGE) break;
    }
    const rows = [...this.#rows, ...found];
    this.#rows = rows.slice(-CACHED);
    this.#before = rows.at(-CACHED - 1)?.sequence ?? this.#before;
    const newest = rows.at(-1);
    if (newest !== undefined && isEnd(newest)) return { news: true, over: true };
    return { news: found.length > 0, over: found.length === 0 && (await this.#hasEnded()) };
  }

  /** True when no row can follow the cached ones, as for a sync that no longer exists. */
  async #hasEnded(): Promise<boolean> {
    const [row] = await this.#database.system.query<{ ended: boolean; last: number }>(endOf, [
      this.#projectId,
      this.#syncId,
    ]);
    if (row === undefined) return true;
    // The first reader started beyond the last event; later ones may start before it.
    if (this.#rows.length === 0) this.#before = Math.min(this.#before, row.last);
    return row.ended && row.last <= (this.#rows.at(-1)?.sequence ?? this.#before);
  }
}
