import { resolveFile, World, type FileFacts } from '@project-sync/knowledge';
import {
  contentKey,
  type AnalysedFile,
  type AnalysisStore,
  type LinkedFile,
  type PublishedFile,
} from '../../ports/analysis-store.ts';
import type { ProgressNote } from '../../ports/progress-note.ts';
import { SyncError } from '../../sync-error.ts';
import type { SyncRun } from '../../sync-run.ts';
import type { AnalysisChange } from './changed-keys.ts';

/** Files resolved together: their questions are answered by the same queries. */
const BATCH = 400;
const RENEWED = 10 * BATCH;
/** Rounds of questions for one batch. Re-exports and bases lead from file to file, a step a round. */
const MOST_ROUNDS = 60;

/** Links every file that changed or that depends on a changed answer, and publishes all of it at once. */
export async function* resolveFiles(
  run: SyncRun,
  store: AnalysisStore,
  change: AnalysisChange,
): AsyncGenerator<ProgressNote> {
  const own = new Set(change.changed.map(({ path }) => path));
  const gone = new Set(change.gone);
  const dependents = (await store.dependents(change.keys)).filter(
    ({ path }) => !own.has(path) && !gone.has(path),
  );
  const files = [...change.changed, ...dependents];
  const linked: PublishedFile[] = [];
  const hasLinks = new Set<string>();
  let last: readonly LinkedFile[] = [];
  let world = new World();
  for (let at = 0; at < files.length; at += BATCH) {
    run.signal.throwIfAborted();
    // Answers are shared by many files, but those of a large repository would fill the memory.
    if (at % RENEWED === 0) world = new World();
    last = await resolveBatch(store, world, files.slice(at, at + BATCH));
    for (const { path } of last) hasLinks.add(path);
    yield* run.reportThrottled(
      'ANALYZE',
      0.4 + (0.6 * hasLinks.size) / files.length,
      `${hasLinks.size} of ${files.length} files linked`,
      { done: hasLinks.size, total: files.length },
    );
    // The last batch is stored by the write that publishes all of them: most syncs have no other.
    if (at + BATCH < files.length) for (const file of await store.saveLinks(last)) linked.push(file);
  }
  // A changed file that has no facts any more loses its links.
  const lost = change.changed.map(({ path }) => path).filter((path) => !hasLinks.has(path));
  await store.publish({ linked, last, gone: [...change.gone, ...lost], changes: change.symbols });
}

async function resolveBatch(
  store: AnalysisStore,
  world: World,
  batch: readonly AnalysedFile[],
): Promise<LinkedFile[]> {
  const facts = await store.facts(batch);
  const done: LinkedFile[] = [];
  let open: readonly (AnalysedFile & { facts: FileFacts })[] = batch.flatMap((file) => {
    const own = facts.get(contentKey(file));
    return own === undefined ? [] : [{ ...file, facts: own }];
  });
  for (let round = 0; open.length > 0; round += 1) {
    if (round > MOST_ROUNDS)
      throw new SyncError('INTERNAL', 'The links of some files could not be resolved.');
    const next: (typeof open)[number][] = [];
    for (const file of open) {
      const attempt = world.attempt(() => resolveFile(file, world));
      if (attempt === null) next.push(file);
      else {
        const { path, oid, dialect } = file;
        done.push({ path, oid, dialect, links: attempt.result, reads: attempt.reads });
      }
    }
    if (next.length > 0) world.load(await store.load(world.takeWanted()));
    open = next;
  }
  return done;
}
