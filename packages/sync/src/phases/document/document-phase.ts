import type { ProgressNote } from '../../ports/progress-note.ts';
import { SyncError } from '../../sync-error.ts';
import type { Enrichment, SyncRun } from '../../sync-run.ts';
import { PageChange } from './page-change.ts';
import { writeModules } from './write-modules.ts';
import { writeRepository } from './write-repository.ts';

/**
 * The DOCUMENT phase: pages about the folders that the sync touched, then those about the whole repository. A page is
 * written exactly where its inputs differ from those of the page that stands; all others are carried over.
 */
export function documentPhase(): Enrichment {
  return {
    phase: 'DOCUMENT',
    async *run(run: SyncRun): AsyncGenerator<ProgressNote> {
      const store = run.store.documents();
      const { isDone, isAnalysed, repository } = await store.start();
      if (isDone) return;
      if (!isAnalysed)
        throw new SyncError(
          'INTERNAL',
          'The pages need the analysis of this snapshot, which is not complete.',
        );
      const change = new PageChange(run, await store.standing());
      for await (const paths of store.touched()) change.touch(paths);
      if (change.isAny) {
        yield* writeModules(run, store, change);
        yield* writeRepository({ run, store, change, repository });
      }
      yield* change.save();
      await store.publish(change);
    },
  };
}
