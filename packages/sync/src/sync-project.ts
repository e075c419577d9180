import { finalize } from './phases/finalize.ts';
import { importChanges } from './phases/import-changes.ts';
import { prepare } from './phases/prepare.ts';
import { restoreSnapshot } from './phases/restore-snapshot.ts';
import { scan } from './phases/scan.ts';
import type { Enrichment, SyncRun } from './sync-run.ts';
import { SyncError } from './sync-error.ts';
import type { ProgressNote } from './ports/sync-store.ts';

/** One sync, from the question for the branch's head to the last vector. What it yields has been stored already. */
export async function* syncProject(run: SyncRun): AsyncGenerator<ProgressNote, void> {
  if (!run.store.sync.finalized) yield* renewSnapshot(run);
  for (const enrichment of run.options.enrichments) yield* attempt(enrichment, run);
}

async function* renewSnapshot(run: SyncRun): AsyncGenerator<ProgressNote, void> {
  // A sync that ends undoes its own marks; only a worker that died leaves any.
  if (run.store.sync.attempts > 1) await run.store.sweep();
  if (run.store.sync.restoredNumber === null) yield* bringUpToDate(run);
  else yield* restoreSnapshot(run, run.store.sync.restoredNumber);
}

async function* bringUpToDate(run: SyncRun): AsyncGenerator<ProgressNote, void> {
  const head = yield* prepare(run);
  const plan = yield* scan(run, head);
  yield* importChanges(run, plan);
  yield* finalize(run, plan.head);
}

/** The snapshot stands already, so what fails from here on is told and done later; it takes nothing back. */
async function* attempt(enrichment: Enrichment, run: SyncRun): AsyncGenerator<ProgressNote, void> {
  try {
    yield* enrichment.run(run);
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof SyncError && error.code === 'LEASE_LOST') throw error;
    run.warn({
      code: `${enrichment.phase}_INCOMPLETE`,
      message: `${error instanceof Error ? error.message : 'It failed.'} It is tried again by itself; files and keyword search are complete.`,
      path: null,
    });
  }
}
