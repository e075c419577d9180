import type { Head } from '../ports/source.ts';
import type { SyncRun } from '../sync-run.ts';
import type { ProgressNote } from '../ports/progress-note.ts';

/** Makes the new snapshot visible to readers, all at once: one short transaction. */
export async function* finalize(run: SyncRun, head: Head): AsyncGenerator<ProgressNote, void> {
  run.signal.throwIfAborted();
  const note = run.note('FINALIZE', 1, `${run.store.sync.branch} is at ${head.commitOid.slice(0, 10)}`);
  await run.store.finalize({ head, stats: run.stats, warnings: run.warnings }, note);
  run.finalized = true;
  yield note;
  if (run.store.sync.restoredNumber === null) {
    const source = await run.options.source();
    // This only makes the next difference cheaper, so its failure does not fail the sync.
    await source.keep(run.store.sync.branch, head, run.call()).catch(() => undefined);
    run.stats.sourceRequests = source.usage().requests;
  }
}
