import type { ResultOf } from '../graphql/graphql.ts';
import { client } from '../graphql/client.ts';
import { addEvent, isOver, NOTHING_YET, type ProgressState } from './progress.ts';
import { ActivitySubscription, ProgressSubscription } from './sync-watch.graphql.ts';
import type { SyncRow } from './SyncRow.graphql.ts';

type Sync = ResultOf<typeof SyncRow>;
type Warning = { code: string; message: string; path: string | null };

/** Waits between attempts to reconnect, in milliseconds; the last one repeats. */
const PAUSES = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * The one subscription of a page. While a sync runs, it follows that sync's log after the last event it has seen, so
 * that a dropped connection or a restarted server loses nothing; otherwise it waits for a sync to begin.
 */
export class SyncWatch {
  sync = $state.raw<Sync | null>(null);
  state = $state.raw<ProgressState>(NOTHING_YET);
  warnings = $state.raw<Warning[]>([]);
  connection = $state<'live' | 'lost' | 'back'>('live');
  #projectId: string | null = null;
  #close: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #onEnd: (() => void) | null = null;

  /** Watches a project. `onEnd` is called when a sync has ended, for pages that show its outcome. */
  open(projectId: string, active: Sync | null, onEnd: () => void): void {
    this.stop();
    this.#projectId = projectId;
    this.#onEnd = onEnd;
    if (this.sync !== null && this.sync.id !== active?.id && active === null) this.sync = null;
    if (active !== null) this.follow(active);
    else this.#connect();
  }

  /** Follows a sync, such as one that was just started here. */
  follow(sync: Sync): void {
    if (this.sync?.id !== sync.id) {
      this.state = NOTHING_YET;
      this.warnings = [];
    }
    this.sync = sync;
    this.#connect();
  }

  /** Hides the outcome of an ended sync. */
  dismiss(): void {
    this.sync = null;
    this.state = NOTHING_YET;
    if (this.#projectId !== null) this.#connect();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#close?.();
    this.#close = null;
    this.#failures = 0;
    this.connection = 'live';
  }

  get running(): boolean {
    return this.sync !== null && !isOver(this.state.sequence === 0 ? this.sync.status : this.state.status);
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
        this.state = addEvent(this.state, event);
        this.sync = event.sync;
        this.warnings = event.sync.warnings;
        if (isOver(event.status)) {
          this.#onEnd?.();
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
