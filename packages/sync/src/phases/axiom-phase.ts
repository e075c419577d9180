import type { ProgressNote } from '../ports/progress-note.ts';
import type { Enrichment, SyncRun } from '../sync-run.ts';

/** Raised when another set of files rules by convention, or titles and scopes are read differently. */
const RULES_VERSION = 1;

/** The AXIOM phase: files that rule, by convention or by a person's decision, become documents of the snapshot. */
export function axiomPhase(): Enrichment {
  return {
    phase: 'AXIOM',
    async *run(run: SyncRun): AsyncGenerator<ProgressNote> {
      run.signal.throwIfAborted();
      const { added, superseded } = await run.store.rules().publish(RULES_VERSION);
      if (added + superseded > 0)
        yield* run.report('AXIOM', 1, `${added} rules read, ${superseded} replaced or gone`);
    },
  };
}
