import {
  ciCommands,
  conventionRules,
  firstParagraph,
  habitsOf,
  manifestsOf,
  MOST_EXCEPTIONS,
  plannedConventions,
  readManifest,
  repositoryPages,
  workflowPaths,
  type ManifestFacts,
  type Prose,
  type RepositoryFacts,
} from '@project-sync/knowledge';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { ProgressNote } from '../../ports/progress-note.ts';
import type { SyncRun } from '../../sync-run.ts';
import { nothingStored, type PageChange } from './page-change.ts';

/** Folders that are looked at for manifests: those nearest to the root. */
const MOST_FOLDERS = 400;
const DEEPEST = 3;
const readmes = [
  'README.md',
  'readme.md',
  'Readme.md',
  'README.markdown',
  'README',
  'README.rst',
  'README.txt',
];

/** Writes the pages about the whole repository, from its modules' summaries, its README, its manifests and its patterns. */
export async function* writeRepository({
  run,
  store,
  change,
  repository,
}: {
  readonly run: SyncRun;
  readonly store: DocumentStore;
  readonly change: PageChange;
  readonly repository: string;
}): AsyncGenerator<ProgressNote> {
  const patterns = await store.patterns(conventionRules, MOST_EXCEPTIONS);
  await change.standing.read(['conventions']);
  // Patterns come and go by changes that no module's summary shows.
  const known = change.standing.get('conventions')?.habits;
  if (!change.concernsAll && known != null) {
    yield* change.put(plannedConventions(known, patterns), { summary: null, habits: known });
    return;
  }
  const modules = [...(await change.modules()).values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  yield* run.reportThrottled('DOCUMENT', 0.8, 'Writing the pages about the repository');
  const folders = foldersAbove(modules.map(({ path }) => path));
  // A README at the root is often a link to that of the package with the repository's name.
  const readmePaths = ['', `${repository}/`, `packages/${repository}/`].flatMap((folder) =>
    readmes.map((name) => `${folder}${name}`),
  );
  const texts = await store.texts([...readmePaths, ...workflowPaths, ...folders.flatMap(manifestsOf)]);
  const manifests = await withFiles(store, manifestsIn(folders, texts));
  const commands = commandsIn(texts);
  const facts = {
    name: repository,
    readme: readmeIn(readmePaths, texts),
    manifests,
    commands,
    modules,
    patterns,
  };
  const habits = habitsOf(modules);
  const pages = repositoryPages(facts, habits);
  await change.standing.read(pages.map(({ path }) => path));
  for (const page of pages)
    yield* change.put(page, page.path === 'conventions' ? { summary: null, habits } : nothingStored);
}

/** The commands of the first workflow that has any: the others mostly publish and label. */
function commandsIn(texts: ReadonlyMap<string, string>): RepositoryFacts['commands'] {
  for (const path of workflowPaths) {
    const commands = ciCommands(path, texts.get(path) ?? '');
    if (commands.length > 0) return commands;
  }
  return [];
}

function readmeIn(paths: readonly string[], texts: ReadonlyMap<string, string>): Prose | null {
  for (const path of paths) {
    const text = texts.get(path);
    const prose = text === undefined ? null : firstParagraph(path, text);
    if (prose !== null) return prose;
  }
  return null;
}

/** The root, and the folders that lead to modules, the nearest to the root first. */
function foldersAbove(paths: readonly string[]): string[] {
  const found = new Set(['']);
  for (const path of paths) {
    const parts = path.split('/');
    for (let depth = 1; depth <= Math.min(DEEPEST, parts.length); depth += 1)
      found.add(parts.slice(0, depth).join('/'));
  }
  const depth = (path: string) => (path === '' ? 0 : path.split('/').length);
  return [...found].toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1)).slice(0, MOST_FOLDERS);
}

function manifestsIn(folders: readonly string[], texts: ReadonlyMap<string, string>): ManifestFacts[] {
  return folders.flatMap(manifestsOf).flatMap((path) => {
    const text = texts.get(path);
    const manifest = text === undefined ? null : readManifest(path, text);
    return manifest === null ? [] : [manifest];
  });
}

/** Leaves out entry points that are no files: most manifests name what a build makes. */
async function withFiles(
  store: DocumentStore,
  manifests: readonly ManifestFacts[],
): Promise<ManifestFacts[]> {
  const present = await store.texts(manifests.flatMap(({ entries }) => entries.map(({ name }) => name)));
  return manifests.map((manifest) => ({
    ...manifest,
    entries: manifest.entries.filter(({ name }) => present.has(name)),
  }));
}
