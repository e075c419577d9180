import type { ModuleSummary } from '@project-sync/knowledge';
import { KeptSnapshots } from '../kept-snapshots.ts';

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
export class KeptModules extends KeptSnapshots<SnapshotModules> {
  constructor() {
    super(MOST_SUMMARIES, sizeOf);
  }
}

/** Each snapshot counts as one at least, so that thousands of small ones do not stay for ever. */
function sizeOf({ summaries, free }: SnapshotModules): number {
  return 1 + (summaries?.size ?? 0) + Math.ceil(free.size / PATHS_PER_SUMMARY);
}
