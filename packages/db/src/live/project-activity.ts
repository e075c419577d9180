import type { Database } from '../database/database.ts';
import { SharedWatch, type Look } from './shared-watch.ts';
import type { SyncHints } from './sync-hints.ts';

/** Which sync of a project was queued, changed its phase or ended. */
export interface Activity {
  readonly projectId: string;
  readonly syncId: string;
}

const changedSince = `
  SELECT id, status::text || ' ' || phase::text AS state, now() - interval '1 minute' AS at FROM project_sync
   WHERE project_id = $1
     AND (status IN ('QUEUED', 'RUNNING') OR completed_at >= coalesce($2::timestamptz, now() - interval '1 minute'))
   ORDER BY queued_at`;

/**
 * The syncs of a project as they change. What a slow reader missed is told once, by the newest state: it asks what
 * stands now, never for a list that grows while it looks away. One look serves all who follow in this process.
 */
export async function* projectActivity(
  database: Database,
  hints: SyncHints,
  projectId: string,
  signal: AbortSignal,
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
    // What had ended before somebody came is no news to them; what still runs is.
    while (!watch.begun && !signal.aborted) await reader.news();
    const known = new Map([...watch.states].filter(([, { active }]) => !active));
    while (!signal.aborted) {
      let told = 0;
      // The states themselves, not a copy: what changes while the reader looks away is told once, as it then stands.
      for (const [id, state] of watch.states) {
        if (known.get(id) === state) continue;
        known.set(id, state);
        told += 1;
        yield state.activity;
        if (signal.aborted) return;
      }
      for (const id of known.keys()) if (!watch.states.has(id)) known.delete(id);
      if (told === 0) await reader.news();
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

/** So many syncs that have ended are remembered for those who have not been told yet. */
const ENDED_AT_HAND = 500;

/** Where one sync stands; a new object for each change. */
interface State {
  readonly text: string;
  readonly active: boolean;
  /** The same object for everybody who is told of this change. */
  readonly activity: Activity;
}

const open = new WeakMap<SyncHints, Map<string, ProjectWatch>>();

function watchesOf(hints: SyncHints): Map<string, ProjectWatch> {
  const watches = open.get(hints) ?? new Map<string, ProjectWatch>();
  open.set(hints, watches);
  return watches;
}

/** The states of a project's syncs since somebody began to follow it. */
class ProjectWatch {
  readers = 0;
  readonly states = new Map<string, State>();
  readonly looks: SharedWatch;
  readonly #database: Database;
  readonly #projectId: string;
  /** By the database's clock; so far back that what was still being committed is seen by the next look. */
  #since: Date | null = null;
  /** Whether the first look is there. */
  begun = false;

  constructor(database: Database, hints: SyncHints, projectId: string) {
    this.#database = database;
    this.#projectId = projectId;
    this.looks = new SharedWatch(hints, projectId, () => this.#look());
  }

  async #look(): Promise<Look> {
    const rows = await this.#database.system.query<{ id: string; state: string; at: Date }>(changedSince, [
      this.#projectId,
      this.#since,
    ]);
    let news = !this.begun;
    this.begun = true;
    for (const { id, state: text, at } of rows) {
      this.#since = at;
      if (this.states.get(id)?.text === text) continue;
      const active = /^(QUEUED|RUNNING)/.test(text);
      this.states.set(id, { text, active, activity: { projectId: this.#projectId, syncId: id } });
      news = true;
    }
    const ended = [...this.states].flatMap(([id, { active }]) => (active ? [] : [id]));
    for (const id of ended.slice(0, -ENDED_AT_HAND)) this.states.delete(id);
    return { news, over: false };
  }
}
