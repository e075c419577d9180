import { finalize } from './phases/finalize.ts';
import { importChanges } from './phases/import-changes.ts';
import { prepare } from './phases/prepare.ts';
import { restoreSnapshot } from './phases/restore-snapshot.ts';
import { scan } from './phases/scan.ts';
import { incompleteWarning } from './incomplete-warning.ts';
import type { ProgressNote } from './ports/progress-note.ts';
import { SyncError } from './sync-error.ts';
import type { Enrichment, SyncRun } from './sync-run.ts';
import { inPhase } from './watch-steps.ts';

/** Runs one sync, from asking for the branch's head to the last vector. Every note it yields is already stored. */
export async function* syncProject(run: SyncRun): AsyncGenerator<ProgressNote, void> {
  if (!run.store.sync.finalized) yield* renewSnapshot(run);
  for (const enrichment of run.options.enrichments) yield* attempt(enrichment, run);
}

async function* renewSnapshot(run: SyncRun): AsyncGenerator<ProgressNote, void> {
  // A sync that ends removes its own marks. Only a worker that died leaves any.
  if (run.store.sync.attempts > 1) await run.store.sweep();
  if (run.store.sync.restoredNumber === null) yield* bringUpToDate(run);
  else yield* inPhase(run, 'IMPORT', restoreSnapshot(run, run.store.sync.restoredNumber));
}

async function* bringUpToDate(run: SyncRun): AsyncGenerator<ProgressNote, void> {
  const head = yield* inPhase(run, 'PREPARE', prepare(run));
  const plan = yield* inPhase(run, 'SCAN', scan(run, head));
  yield* inPhase(run, 'IMPORT', importChanges(run, plan));
  yield* inPhase(run, 'FINALIZE', finalize(run, plan.head));
}

/** Runs an enrichment. The snapshot is already visible, so a failure becomes a warning and the work is done later. */
async function* attempt(enrichment: Enrichment, run: SyncRun): AsyncGenerator<ProgressNote, void> {
  try {
    const snapshot = await run.snapshot();
    yield* inPhase(run, enrichment.phase, enrichment.run(run, snapshot));
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof SyncError && error.code === 'LEASE_LOST') throw error;
    run.warn(incompleteWarning(enrichment.phase, error instanceof Error ? error.message : 'It failed.'));
  }
}
