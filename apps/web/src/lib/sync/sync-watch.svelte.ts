import type { ResultOf } from '../graphql/graphql.ts';
import { client } from '../graphql/client.ts';
import {
  addEvent,
  isOver,
  isReadable,
  NOTHING_YET,
  presentOf,
  withBegun,
  type ProgressState,
} from './progress.ts';
import { syncToFollow } from './sync-queue.ts';
import { ActivitySubscription, BegunQuery, ProgressSubscription } from './sync-watch.graphql.ts';
import type { SyncRow } from './SyncRow.graphql.ts';

type Sync = ResultOf<typeof SyncRow>;
/** The repository and the branch of the shown page. */
type Shown = Parameters<typeof syncToFollow>[1];
type Warning = { code: string; message: string; path: string | null };

/** Waits between attempts to reconnect, in milliseconds; the last one repeats. */
const PAUSES = [500, 1_000, 2_000, 4_000, 8_000];

/** Pages of the log that are read for the times of its phases; a longer log has them in its beginning. */
const MOST_PAGES = 20;

/** More notices than these would cover the page. */
const MOST_NOTICES = 4;

/**
 * The one subscription of a page. While a sync runs, it follows that sync's log after the last event it has seen, so
 * that a dropped connection or a restarted server loses nothing; otherwise it waits for a sync to begin. Only while
 * several syncs are active does a second one tell how the others are getting on.
 */
class SyncWatch {
  sync = $state.raw<Sync | null>(null);
  state = $state.raw<ProgressState>(NOTHING_YET);
  warnings = $state.raw<Warning[]>([]);
  /** All active syncs of the project, the followed one among them. */
  active = $state.raw<readonly Sync[]>([]);
  /** Syncs that ended while the page was open, for notices; the newest are kept. */
  ended = $state.raw<readonly Sync[]>([]);
  connection = $state<'live' | 'lost' | 'back'>('live');
  #projectId: string | null = null;
  #shown: Shown = { repository: undefined, branch: '' };
  #close: (() => void) | null = null;
  #closeOthers: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #onChange: (() => void) | null = null;

  /** Watches a project. `onChange` is called when a sync has made a state readable, and when it has ended. */
  open(projectId: string, onChange: () => void): void {
    this.#onChange = onChange;
    if (this.#projectId === projectId && this.#close !== null) return;
    this.stop();
    if (this.#projectId !== projectId) this.sync = null;
    this.#projectId = projectId;
  }

  /** Takes over the active syncs that a page has read. */
  know(active: readonly Sync[]): void {
    this.active = active;
    this.turnTo(this.#shown);
    if (this.#close === null) this.#connect();
    this.#followOthers();
  }

  /** Turns to the sync of the shown branch, if it has one. The outcome of an ended sync stays in sight until then. */
  turnTo(shown: Shown): void {
    this.#shown = shown;
    const next = syncToFollow(this.active, shown);
    if (next === null || next.id === this.sync?.id) return;
    const isHere = next.branch === shown.branch && next.repository.id === shown.repository;
    if (isHere || this.sync === null) this.follow(next);
  }

  /** Follows a sync, such as one that was just started here. */
  follow(sync: Sync): void {
    if (this.sync?.id !== sync.id) {
      this.state = presentOf(sync);
      this.warnings = [];
      if (this.state.sequence > 0) void this.#readBegun(sync.id);
    }
    this.sync = sync;
    this.#note(sync);
    this.#connect();
  }

  /** Hides the outcome of an ended sync. */
  dismiss(): void {
    this.sync = null;
    this.state = NOTHING_YET;
    this.turnTo(this.#shown);
    if (this.#projectId !== null && this.sync === null) this.#connect();
  }

  /** Takes the notice of an ended sync away. */
  forget(id: string): void {
    this.ended = this.ended.filter((sync) => sync.id !== id);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#close?.();
    this.#close = null;
    this.#closeOthers?.();
    this.#closeOthers = null;
    this.#failures = 0;
    this.connection = 'live';
  }

  get running(): boolean {
    return this.sync !== null && !isOver(this.state.lastAt === null ? this.sync.status : this.state.status);
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#close?.();
    this.#close = this.running ? this.#followLog() : this.#awaitSync();
  }

  #followLog(): () => void {
    const syncId = this.sync?.id ?? '';
    const { unsubscribe } = client()
      .subscription(ProgressSubscription, { syncId, after: this.state.sequence })
      .subscribe((result) => {
        if (result.error !== undefined) return this.#reconnect();
        const event = result.data?.syncProgress;
        if (event === undefined) return;
        this.#restored();
        const wasReadable = isReadable(this.state);
        this.state = addEvent(this.state, event);
        // From here on readers see the new state, while it is still being enriched.
        if (!wasReadable && isReadable(this.state) && !isOver(event.status)) this.#onChange?.();
        this.sync = event.sync;
        this.#note(event.sync);
        this.warnings = event.sync.warnings;
        if (isOver(event.status)) {
          this.#onChange?.();
          queueMicrotask(() => this.#connect());
        } else if (!result.hasNext) this.#reconnect();
      });
    return unsubscribe;
  }

  #awaitSync(): () => void {
    const projectId = this.#projectId;
    if (projectId === null) return () => {};
    const { unsubscribe } = client()
      .subscription(ActivitySubscription, { projectId })
      .subscribe((result) => {
        if (result.error !== undefined) return this.#reconnect();
        const sync = result.data?.projectActivity;
        if (sync === undefined) return;
        this.#restored();
        if (!isOver(sync.status)) this.follow(sync);
        else if (!result.hasNext) this.#reconnect();
      });
    return unsubscribe;
  }

  /** Keeps the list of active syncs up to date with the newest state of one of them. */
  #note(sync: Sync): void {
    const others = this.active.filter(({ id }) => id !== sync.id);
    if (isOver(sync.status) && others.length < this.active.length)
      this.ended = [...this.ended.filter(({ id }) => id !== sync.id), sync].slice(-MOST_NOTICES);
    this.active = isOver(sync.status) ? others : [...others, sync];
    this.#followOthers();
  }

  #followOthers(): void {
    const projectId = this.#projectId;
    const isNeeded = projectId !== null && this.active.some(({ id }) => id !== this.sync?.id);
    if (isNeeded === (this.#closeOthers !== null)) return;
    this.#closeOthers?.();
    this.#closeOthers = null;
    if (!isNeeded || projectId === null || !this.running) return;
    const { unsubscribe } = client()
      .subscription(ActivitySubscription, { projectId })
      .subscribe(({ data }) => {
        if (data === undefined) return;
        const { projectActivity: sync } = data;
        if (sync.id !== this.sync?.id) this.#note(sync);
        if (isOver(sync.status)) this.#onChange?.();
      });
    this.#closeOthers = unsubscribe;
  }

  /** Reads when the phases began that were over before this page was opened. */
  async #readBegun(syncId: string): Promise<void> {
    let after = 0;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { data } = await client()
        .query(BegunQuery, { syncId, after }, { requestPolicy: 'network-only' })
        .toPromise();
      const events = data?.node?.__typename === 'ProjectSync' ? data.node.events : [];
      const last = events.at(-1);
      if (last === undefined || this.sync?.id !== syncId) return;
      this.state = withBegun(this.state, events);
      if (last.sequence >= this.state.sequence) return;
      after = last.sequence;
    }
  }

  #restored(): void {
    this.#failures = 0;
    if (this.connection === 'lost') this.connection = 'back';
  }

  #reconnect(): void {
    clearTimeout(this.#timer);
    if (this.sync !== null && this.running) this.connection = 'lost';
    const pause = PAUSES[Math.min(this.#failures++, PAUSES.length - 1)];
    this.#timer = setTimeout(() => this.#connect(), pause);
  }
}

/** The watch that the banner, the controls and the pages share. */
export const watch = new SyncWatch();
