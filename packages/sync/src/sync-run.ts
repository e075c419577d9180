import type { ContentReader } from './ports/content-reader.ts';
import type { Source, SourceCall } from './ports/source.ts';
import type { SyncPhase } from './sync-state.ts';
import { emptyStats, type SyncStats, type SyncWarning } from './sync-stats.ts';
import type { TreeLimits } from './objects/tree-limits.ts';
import type { ProgressDetail, ProgressNote, SyncStore } from './ports/sync-store.ts';

/** How much of a whole sync each phase is, up to and with it. IMPORT has the widest part, because it has the work. */
const reach: Record<SyncPhase, readonly [from: number, to: number]> = {
  PREPARE: [0, 0.02],
  SCAN: [0.02, 0.1],
  IMPORT: [0.1, 0.8],
  FINALIZE: [0.8, 0.82],
  ANALYZE: [0.82, 0.84],
  DOCUMENT: [0.84, 0.86],
  CONSOLIDATE: [0.86, 0.88],
  AXIOM: [0.88, 0.9],
  EMBED: [0.9, 1],
};

/** What can be known of the work after FINALIZE: it reports like a phase, and may fail without failing the sync. */
export interface Enrichment {
  readonly phase: SyncPhase;
  run(run: SyncRun): AsyncGenerator<ProgressNote>;
}

/** What a run is given. */
export interface SyncRunOptions {
  readonly store: SyncStore;
  /** Opened when it is first needed: a restore needs none, not even one that still exists. */
  readonly source: () => Promise<Source>;
  readonly reader: ContentReader;
  readonly enrichments: readonly Enrichment[];
  readonly limits: {
    readonly maxTextBytes: number;
    readonly maxBinaryBytes: number;
    /** The largest commit that is read; the defaults of `tree-limits.ts` if omitted. */
    readonly tree?: TreeLimits;
  };
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** One run of one sync: what it was given, what it has counted, and how far it is. */
export class SyncRun {
  readonly options: SyncRunOptions;
  readonly stats: SyncStats = emptyStats();
  readonly warnings: SyncWarning[] = [];
  /** Whether readers see the new snapshot already. */
  finalized = false;
  /** Whether search waits for more vectors than those of this sync. */
  leavesToEmbed = false;
  #progress = 0;
  #phase: SyncPhase = 'PREPARE';
  #phaseStarted: number;
  #lastNote = 0;
  #aliveUntil: number;

  constructor(options: SyncRunOptions) {
    this.options = options;
    this.#phaseStarted = this.#aliveUntil = options.now();
  }

  get store(): SyncStore {
    return this.options.store;
  }

  get signal(): AbortSignal {
    return this.options.signal;
  }

  get phase(): SyncPhase {
    return this.#phase;
  }

  /** Since when nothing has been heard of the run, in milliseconds; a wait that was announced is no silence. */
  get silentFor(): number {
    return Math.max(0, this.options.now() - this.#aliveUntil);
  }

  /** What a source is called with. Waits are told as they begin. */
  readonly call = (): SourceCall => ({
    signal: this.options.signal,
    onWait: ({ message, until }) => {
      this.#aliveUntil = Math.max(this.options.now(), until?.getTime() ?? 0);
      const note = this.note(this.#phase, 0, message, {
        waitingFor: message,
        waitingUntil: until?.toISOString() ?? null,
      });
      void this.store.note(note).catch(() => undefined);
    },
  });

  /** The next note. `share` is how much of the phase is done, 0 to 1; what is shown never falls. */
  note(phase: SyncPhase, share: number, message: string, detail: ProgressDetail = {}): ProgressNote {
    const now = this.options.now();
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#phaseStarted = now;
    }
    this.#aliveUntil = Math.max(this.#aliveUntil, now);
    const [from, to] = reach[phase];
    this.#progress = Math.max(
      this.#progress,
      Math.min(from + (to - from) * Math.min(Math.max(share, 0), 1), to),
    );
    this.#lastNote = now;
    const elapsed = (now - this.#phaseStarted) / 1000;
    // An estimate from the first moments would jump about; none is better than a wrong one.
    const left =
      share > 0.02 && share < 1 && elapsed > 2
        ? { secondsLeft: Math.round((elapsed / share) * (1 - share)) }
        : {};
    const { done = 0 } = detail;
    const rate = done > 0 && elapsed > 1 ? { rate: Math.round((done / elapsed) * 10) / 10 } : {};
    return {
      phase,
      progress: this.#progress,
      message,
      stats: { ...this.stats },
      detail: { ...detail, ...rate, ...left },
    };
  }

  /** The same, but null while the last note is fresh: a few a second are enough for anyone. */
  noteNowAndThen(
    phase: SyncPhase,
    share: number,
    message: string,
    detail: ProgressDetail = {},
  ): ProgressNote | null {
    const now = this.options.now();
    this.#aliveUntil = Math.max(this.#aliveUntil, now);
    return now - this.#lastNote < 300 ? null : this.note(phase, share, message, detail);
  }

  warn(warning: SyncWarning): void {
    // A repository of a hundred thousand odd files would otherwise make a row of megabytes.
    if (this.warnings.length < 500) this.warnings.push(warning);
  }
}
