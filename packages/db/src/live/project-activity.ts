import type { Database } from '../database/database.ts';
import { isActiveSql } from '../syncs/status-sql.ts';
import { SharedWatch, type Look } from './shared-watch.ts';
import type { SyncHints } from './sync-hints.ts';

/** A sync of a project that was queued, changed its phase or ended. */
export interface Activity {
  readonly projectId: string;
  readonly syncId: string;
}

const changedSince = `
  SELECT id, status::text || ' ' || phase::text AS state, ${isActiveSql()} AS active, now() - interval '1 minute' AS at FROM project_sync
   WHERE project_id = $1
     AND (${isActiveSql()} OR completed_at >= coalesce($2::timestamptz, now() - interval '1 minute'))
   ORDER BY queued_at`;

/**
 * Yields the syncs of a project as they change. A slow reader gets only the newest state of each sync, so nothing is
 * queued for it. One query serves all readers of this process.
 */
export async function* projectActivity(
  database: Database,
  hints: SyncHints,
  { projectId, signal }: { readonly projectId: string; readonly signal: AbortSignal },
): AsyncGenerator<Activity> {
  const watches = watchesOf(hints);
  let watch = watches.get(projectId);
  if (watch === undefined || watch.looks.failed) {
    watch = new ProjectWatch(database, hints, projectId);
    watches.set(projectId, watch);
  }
  watch.readers += 1;
  const reader = watch.looks.reader(signal);
  try {
    // A new reader gets the active syncs, not those that had already ended.
    while (!watch.begun && !signal.aborted) await reader.news();
    const known = new Map([...watch.states].filter(([, { active }]) => !active));
    while (!signal.aborted) {
      let yielded = 0;
      // This iterates the live map, so a state that changes while the reader is busy is yielded once, as the newest.
      for (const [id, state] of watch.states) {
        if (known.get(id) === state) continue;
        known.set(id, state);
        yielded += 1;
        yield state.activity;
        if (signal.aborted) return;
      }
      for (const id of known.keys()) if (!watch.states.has(id)) known.delete(id);
      if (yielded === 0) await reader.news();
    }
  } finally {
    reader.leave();
    watch.readers -= 1;
    if (watch.readers === 0) {
      if (watches.get(projectId) === watch) watches.delete(projectId);
      watch.looks.close();
    }
  }
}

/** How many ended syncs are remembered for readers that have not seen them yet. */
const ENDED_LIMIT = 500;

/** The state of one sync; a new object for each change. */
interface State {
  readonly text: string;
  readonly active: boolean;
  /** The same object for every reader. */
  readonly activity: Activity;
}

const open = new WeakMap<SyncHints, Map<string, ProjectWatch>>();

function watchesOf(hints: SyncHints): Map<string, ProjectWatch> {
  const watches = open.get(hints) ?? new Map<string, ProjectWatch>();
  open.set(hints, watches);
  return watches;
}

/** The states of a project's syncs since its first reader came. */
class ProjectWatch {
  readers = 0;
  readonly states = new Map<string, State>();
  readonly looks: SharedWatch;
  readonly #database: Database;
  readonly #projectId: string;
  /** By the database's clock, and early enough that the next query sees syncs whose commit was still under way. */
  #since: Date | null = null;
  /** Set by the first query. */
  begun = false;

  constructor(database: Database, hints: SyncHints, projectId: string) {
    this.#database = database;
    this.#projectId = projectId;
    this.looks = new SharedWatch(hints, projectId, () => this.#look());
  }

  async #look(): Promise<Look> {
    const rows = await this.#database.system.query<{ id: string; state: string; active: boolean; at: Date }>(
      changedSince,
      [this.#projectId, this.#since],
    );
    let news = !this.begun;
    this.begun = true;
    for (const { id, state: text, active, at } of rows) {
      this.#since = at;
      if (this.states.get(id)?.text === text) continue;
      this.states.set(id, { text, active, activity: { projectId: this.#projectId, syncId: id } });
      news = true;
    }
    const ended = [...this.states].flatMap(([id, { active }]) => (active ? [] : [id]));
    for (const id of ended.slice(0, -ENDED_LIMIT)) this.states.delete(id);
    return { news, over: false };
  }
}
