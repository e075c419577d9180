import {
  apiPage,
  assembleModules,
  modulePage,
  moduleOwn,
  neighboursOf,
  ownHashOf,
  plannedApiPage,
  plannedModulePage,
  speakingFiles,
  touchedNeighbours,
  type ModuleFacts,
  type ModuleOwn,
} from '@project-sync/knowledge';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { ProgressNote } from '../../ports/progress-note.ts';
import type { SyncRun } from '../../sync-run.ts';
import { nothingStored, type PageChange } from './page-change.ts';

/** Folders read together. */
const BATCH = 40;

/** Writes the pages of the modules that changed, and of those whose neighbours did. */
export async function* writeModules(
  run: SyncRun,
  store: DocumentStore,
  change: PageChange,
): AsyncGenerator<ProgressNote> {
  const own = new Map<string, ModuleOwn>();
  const around = new Set<string>();
  let done = 0;
  for (const folders of batches([...change.folders].toSorted())) {
    run.signal.throwIfAborted();
    await change.standing.read(folders.flatMap((folder) => [modulePage(folder), apiPage(folder)]));
    const modules = await modulesOf(store, folders);
    for (const folder of folders) {
      const facts = modules.get(folder) ?? null;
      const read = facts === null ? null : moduleOwn(facts);
      for (const neighbour of changeModule(change, folder, read)) around.add(neighbour);
      if (read !== null) own.set(folder, read);
      yield* putReference(change, folder, facts);
    }
    done += folders.length;
    yield* run.reportThrottled(
      'DOCUMENT',
      (0.6 * done) / change.folders.size,
      `${done} of ${change.folders.size} folders read`,
      { done, total: change.folders.size },
    );
  }
  const others = [...around].filter((folder) => !change.folders.has(folder));
  await change.standing.read(others.map(modulePage));
  const standing = others.filter((folder) => change.standing.get(modulePage(folder)) !== null);
  for (const folders of batches(standing))
    for (const [folder, facts] of await modulesOf(store, folders)) own.set(folder, moduleOwn(facts));
  // What others say of a module is looked for only where they may say something else, or it has changed itself.
  const due = [...own.values()].filter(
    (each) => around.has(each.summary.path) || !change.stands(modulePage(each.summary.path), ownHashOf(each)),
  );
  if (due.length === 0) return;
  const wanted = new Set(due.map(({ summary }) => summary.path));
  const neighbours = neighboursOf((await change.modules()).values(), wanted);
  for (const each of due) {
    run.signal.throwIfAborted();
    yield* change.put(plannedModulePage(each, neighbours), { summary: each.summary, habits: null });
  }
}

/** Puts a module's new summary in the place of the old one, and returns the modules whose pages speak of the difference. */
function changeModule(change: PageChange, folder: string, read: ModuleOwn | null): string[] {
  const now = read?.summary ?? null;
  const before = change.become(folder, now);
  if (now === null) change.drop(modulePage(folder));
  return touchedNeighbours(before, now);
}

async function* putReference(
  change: PageChange,
  folder: string,
  facts: ModuleFacts | null,
): AsyncGenerator<ProgressNote> {
  const planned = facts === null ? null : plannedApiPage(facts);
  if (planned === null) change.drop(apiPage(folder));
  else yield* change.put(planned, nothingStored);
}

async function modulesOf(
  store: DocumentStore,
  folders: readonly string[],
): Promise<Map<string, ModuleFacts>> {
  const rows = await store.folders(folders);
  const texts = await store.texts(speakingFiles(rows));
  return new Map(assembleModules(rows, texts).map((facts) => [facts.path, facts]));
}

function* batches(folders: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < folders.length; at += BATCH) yield folders.slice(at, at + BATCH);
}
