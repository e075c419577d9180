import type { TreeLimits } from './objects/tree-limits.ts';
import type { ContentReader } from './ports/content-reader.ts';
import type { Source, SourceCall } from './ports/source.ts';
import type { ProgressDetail, ProgressNote } from './ports/progress-note.ts';
import type { PhaseWatch } from './ports/sync-observer.ts';
import type { FinalizedSnapshot, SyncStore } from './ports/sync-store.ts';
import { ProgressShares } from './progress-shares.ts';
import type { SyncPhase } from './sync-state.ts';
import { emptyStats, type SyncStats, type SyncWarning } from './sync-stats.ts';

/** A phase after FINALIZE. It reports like any other phase, and its failure does not fail the sync. */
export interface Enrichment {
  readonly phase: SyncPhase;
  run(run: SyncRun, snapshot: FinalizedSnapshot): AsyncGenerator<ProgressNote>;
}

/** The dependencies and limits of one run. */
export interface SyncRunOptions {
  readonly store: SyncStore;
  /** Opened at the first use: a restore works without its source, even when that no longer exists. */
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
  /** Follows a phase that begins. */
  readonly watchPhase?: (phase: SyncPhase) => PhaseWatch;
}

/** One progress report: the share of the phase that is done is between 0 and 1. */
export type PhaseReport = [phase: SyncPhase, share: number, message: string, detail?: ProgressDetail];

/** A few notes a second are enough for a reader, and each one costs a row. */
const NOTE_INTERVAL_MS = 300;
/** A repository of a hundred thousand odd files would otherwise make a row of megabytes. */
const MAX_WARNINGS = 500;

/** One run of one sync: its dependencies, counts, warnings and progress. */
export class SyncRun {
  readonly options: SyncRunOptions;
  readonly stats: SyncStats = emptyStats();
  readonly warnings: SyncWarning[] = [];
  /** Set once readers see the new snapshot. */
  finalized = false;
  /** Set when the project has passages without a vector beyond those of this sync. */
  leavesToEmbed = false;
  readonly startedAt: number;
  readonly #shares: ProgressShares;
  #snapshot: Promise<FinalizedSnapshot> | null = null;
  #phase: SyncPhase = 'PREPARE';
  #phaseStarted: number;
  #lastNote = 0;
  #aliveUntil: number;

  constructor(options: SyncRunOptions) {
    this.options = options;
    this.startedAt = this.#phaseStarted = this.#aliveUntil = options.now();
    this.#shares = new ProgressShares(options.enrichments.map(({ phase }) => phase));
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

  /** Milliseconds since the run last reported anything. An announced wait does not count as silence. */
  get silentFor(): number {
    return Math.max(0, this.options.now() - this.#aliveUntil);
  }

  /** The snapshot that this sync finalized, read once. An earlier worker may have been the one that finalized it. */
  snapshot(): Promise<FinalizedSnapshot> {
    return (this.#snapshot ??= this.store.finalized());
  }

  /** The arguments of every call to a source. A wait is reported as it begins. */
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

  /** Makes a note, stores it and yields it. */
  async *report(...report: PhaseReport): AsyncGenerator<ProgressNote, void> {
    const note = this.note(...report);
    await this.store.note(note);
    yield note;
  }

  /** Reports unless the last note is still fresh. */
  async *reportThrottled(...report: PhaseReport): AsyncGenerator<ProgressNote, void> {
    const note = this.throttledNote(...report);
    if (note === null) return;
    await this.store.note(note);
    yield note;
  }

  /** Makes the next note, for a write that stores it together with the work. */
  note(...[phase, share, message, detail = {}]: PhaseReport): ProgressNote {
    const now = this.options.now();
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#phaseStarted = now;
    }
    this.#aliveUntil = Math.max(this.#aliveUntil, now);
    this.#lastNote = now;
    return {
      phase,
      progress: this.#shares.at(phase, share),
      message,
      stats: { ...this.stats },
      detail: { ...detail, ...this.#speed(now, share, detail.done ?? 0) },
    };
  }

  /** Makes the next note, or returns null while the last one is still fresh. */
  throttledNote(...report: PhaseReport): ProgressNote | null {
    const now = this.options.now();
    this.#aliveUntil = Math.max(this.#aliveUntil, now);
    return now - this.#lastNote < NOTE_INTERVAL_MS ? null : this.note(...report);
  }

  warn(warning: SyncWarning): void {
    if (this.warnings.length < MAX_WARNINGS) this.warnings.push(warning);
  }

  /** The rate and the time left. An estimate from the first moments would jump about, so there is none. */
  #speed(now: number, share: number, done: number): Pick<ProgressDetail, 'rate' | 'secondsLeft'> {
    const elapsed = (now - this.#phaseStarted) / 1000;
    return {
      ...(done > 0 && elapsed > 1 ? { rate: Math.round((done / elapsed) * 10) / 10 } : {}),
      ...(share > 0.02 && share < 1 && elapsed > 2
        ? { secondsLeft: Math.round((elapsed / share) * (1 - share)) }
        : {}),
    };
  }
}
