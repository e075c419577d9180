import { finalize } from './finalize.ts';
import type { SyncRun } from '../sync-run.ts';
import type { ProgressNote } from '../ports/progress-note.ts';

/** Makes an earlier snapshot the current one again, by marks alone: it fetches nothing and deletes nothing. */
export async function* restoreSnapshot(run: SyncRun, number: number): AsyncGenerator<ProgressNote, void> {
  yield* run.report('IMPORT', 0, `Restoring the state of sync ${number}`);
  run.signal.throwIfAborted();
  const { head, ...counts } = await run.store.restore(number);
  Object.assign(run.stats, counts);
  run.stats.filesUnchanged = counts.filesTotal - counts.filesAdded - counts.filesModified;
  yield* finalize(run, head);
}
