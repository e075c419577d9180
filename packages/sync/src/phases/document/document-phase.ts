import { TEMPLATE_VERSION } from '@project-sync/knowledge';
import type { ProgressNote } from '../../ports/progress-note.ts';
import { SyncError } from '../../sync-error.ts';
import type { Enrichment, SyncRun } from '../../sync-run.ts';
import { PageAuthor, type ModelWriting } from './page-author.ts';
import { PageChange } from './page-change.ts';
import { StandingPages } from './standing-pages.ts';
import { writeModules } from './write-modules.ts';
import { writeRepository } from './write-repository.ts';

/**
 * The DOCUMENT phase: pages about the folders that the sync touched, then those about the whole repository. A page is
 * written exactly where its inputs differ from those of the page that stands; all others are carried over. With a language
 * model, the pages that people want it for get a part of its own; all of them stand whole without it.
 */
export function documentPhase(writing: ModelWriting | null = null): Enrichment {
  return {
    phase: 'DOCUMENT',
    async *run(run: SyncRun): AsyncGenerator<ProgressNote> {
      const store = run.store.documents();
      const { isDone, isAnalysed, isOfTemplate, repository } = await store.start(TEMPLATE_VERSION);
      if (isDone) return;
      if (!isAnalysed)
        throw new SyncError(
          'INTERNAL',
          'The pages need the analysis of this snapshot, which is not complete.',
        );
      const touched = store.touched();
      const first = await touched.next();
      // Where nothing changed, not even the list of the pages is read. A model may have pages to make up for.
      if (first.done === true && isOfTemplate && writing === null)
        return store.publish({ written: [], gone: [] });
      const author =
        writing === null
          ? null
          : new PageAuthor({ run, documents: store, writing, wanted: await run.store.writing().wanted() });
      const standing = new StandingPages(store);
      const change = new PageChange(run, { store, standing, author });
      // Pages of older templates, and those that a model has to do with, are found among all of them.
      if (!isOfTemplate || author?.wantsAny === true) change.lookThrough(await standing.readAll());
      if (first.done !== true) change.touch(first.value);
      for await (const paths of touched) change.touch(paths);
      if (change.isAny) {
        yield* writeModules(run, store, change);
        yield* writeRepository({ run, store, change, repository });
      }
      yield* change.save();
      await store.publish(change);
    },
  };
}
