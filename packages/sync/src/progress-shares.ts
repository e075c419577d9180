import { phases, type SyncPhase } from './sync-state.ts';

/** Relative durations of the phases, as a first sync of 1,221 files took them. */
const weights: Record<SyncPhase, number> = {
  PREPARE: 1,
  SCAN: 2,
  IMPORT: 34,
  FINALIZE: 2,
  ANALYZE: 30,
  DOCUMENT: 2,
  CONSOLIDATE: 2,
  AXIOM: 2,
  EMBED: 29,
};

const core: readonly SyncPhase[] = ['PREPARE', 'SCAN', 'IMPORT', 'FINALIZE'];

/**
 * Turns the share done of a phase into the progress of the whole sync. A phase that begins divides what is left
 * between itself and the phases still to come, so a skipped phase leaves no gap, and progress never falls.
 */
export class ProgressShares {
  readonly #phases: readonly SyncPhase[];
  #phase: SyncPhase | null = null;
  #from = 0;
  #to = 0;
  #progress = 0;

  /** `enrichments` are the phases after FINALIZE in which something runs; the others get no share. */
  constructor(enrichments: readonly SyncPhase[]) {
    this.#phases = phases.filter((phase) => core.includes(phase) || enrichments.includes(phase));
  }

  /** The progress of the sync, 0 to 1, when this share of the phase is done. */
  at(phase: SyncPhase, share: number): number {
    if (phase !== this.#phase) this.#enter(phase);
    const reached = this.#from + (this.#to - this.#from) * Math.min(Math.max(share, 0), 1);
    this.#progress = Math.max(this.#progress, Math.min(reached, 1));
    return this.#progress;
  }

  #enter(phase: SyncPhase): void {
    this.#phase = phase;
    this.#from = this.#to = this.#progress;
    const at = this.#phases.indexOf(phase);
    if (at < 0) return;
    const left = this.#phases.slice(at).reduce((sum, each) => sum + weights[each], 0);
    this.#to = this.#from + ((1 - this.#from) * weights[phase]) / left;
  }
}
