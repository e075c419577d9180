import type { ModuleSummary } from '@project-sync/knowledge';

/** Summaries that a worker keeps, of all snapshots together: some 40 MB. A path that is known to be free weighs a tenth of one. */
const MOST_SUMMARIES = 20_000;
const PATHS_PER_SUMMARY = 10;

/** The pages and modules of one documented snapshot, as far as they are known. */
export interface SnapshotModules {
  /** How many pages it has. */
  readonly pages: number;
  /** Whether all of them are of this worker's template, and none has a part by a language model. */
  readonly isPlain: boolean;
  /** By the path of the module; null where they were not read. */
  readonly summaries: ReadonlyMap<string, ModuleSummary> | null;
  /** Paths at which manifests and READMEs were looked for and no file stands. */
  readonly free: ReadonlySet<string>;
}

/**
 * The summaries of the modules of the snapshots that a worker documented last. The next sync of a branch finds them here, so that
 * a new file costs no reading of all others. The pages of a documented snapshot never change, so what is here is what is stored.
 */
export class KeptModules {
  readonly #kept = new Map<string, SnapshotModules>();
  #size = 0;

  get(key: string): SnapshotModules | null {
    const found = this.#kept.get(key);
    if (found === undefined) return null;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found;
  }

  /** Keeps the modules of a snapshot. Those that were asked for least lately make room for them. */
  set(key: string, modules: SnapshotModules): void {
    this.delete(key);
    if (sizeOf(modules) > MOST_SUMMARIES) return;
    this.#kept.set(key, modules);
    this.#size += sizeOf(modules);
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= MOST_SUMMARIES) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const found = this.#kept.get(key);
    if (found !== undefined) this.#size -= sizeOf(found);
    this.#kept.delete(key);
  }
}

/** Each snapshot counts as one at least, so that thousands of small ones do not stay for ever. */
function sizeOf({ summaries, free }: SnapshotModules): number {
  return 1 + (summaries?.size ?? 0) + Math.ceil(free.size / PATHS_PER_SUMMARY);
}
