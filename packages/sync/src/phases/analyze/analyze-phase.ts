import {
  FACTS_VERSION,
  LINKS_VERSION,
  manifestFacts,
  mayBeManifest,
  MOST_MANIFEST_BYTES,
  type FileFacts,
} from '@project-sync/knowledge';
import {
  contentKey,
  type AnalysisStore,
  type ContentKey,
  type ReadContent,
  type SymbolChanges,
} from '../../ports/analysis-store.ts';
import type { ProgressNote } from '../../ports/progress-note.ts';
import type { Enrichment, SyncRun } from '../../sync-run.ts';
import { oneBehind } from '../one-behind.ts';
import { changedKeys } from './changed-keys.ts';
import { findSnapshotPatterns } from './find-snapshot-patterns.ts';
import { resolveFiles } from './resolve-files.ts';

/** Reads facts from a text in a thread of its own; null where its dialect has none or it could not be parsed. */
export type ReadFacts = (input: {
  readonly text: string;
  readonly dialect: string;
  readonly signal: AbortSignal;
  readonly group: string;
}) => Promise<FileFacts | null>;

/** The dependencies of the phase. */
export interface AnalyzeOptions {
  readonly readFacts: ReadFacts;
  /** Whether a dialect has facts at all. */
  readonly hasFacts: (dialect: string) => boolean;
}

/** Changes with the rules of either part: a snapshot that older rules analysed is analysed again. */
const ANALYSIS_VERSION = FACTS_VERSION * 1000 + LINKS_VERSION;
const noChanges: SymbolChanges = { symbolsAdded: 0, symbolsRemoved: 0, apiChanges: [] };

/**
 * The ANALYZE phase: facts of the contents that came, links of the files that changed or depend on a change, then the
 * patterns of the whole. Where only the patterns fail, the links stand, and the next sync makes up for the patterns.
 */
export function analyzePhase(options: AnalyzeOptions): Enrichment {
  return {
    phase: 'ANALYZE',
    async *run(run: SyncRun): AsyncGenerator<ProgressNote> {
      const store = run.store.analysis();
      const { isDone, isUnchanged } = await store.start(ANALYSIS_VERSION, FACTS_VERSION);
      if (!isDone) {
        if (isUnchanged) await store.publish({ linked: [], last: [], gone: [], changes: noChanges });
        else yield* linkChanges(run, store, options);
      }
      yield* findSnapshotPatterns(run);
    },
  };
}

async function* linkChanges(
  run: SyncRun,
  store: AnalysisStore,
  options: AnalyzeOptions,
): AsyncGenerator<ProgressNote> {
  yield* readNewContents(run, store, options);
  const change = await changedKeys(store);
  yield* resolveFiles(run, store, change);
}

/** Stores the facts of each page while those of the next one are read in another thread. */
async function* readNewContents(
  run: SyncRun,
  store: AnalysisStore,
  options: AnalyzeOptions,
): AsyncGenerator<ProgressNote> {
  let done = 0;
  const save = async (read: readonly ReadContent[]): Promise<ProgressNote | null> => {
    done += read.length;
    const note = run.throttledNote('ANALYZE', 0.4, `${done} contents read`, { done });
    await store.saveFacts(read, FACTS_VERSION, note);
    return note;
  };
  for await (const note of oneBehind(readPages(run, store, options), save)) if (note !== null) yield note;
}

async function* readPages(
  run: SyncRun,
  store: AnalysisStore,
  { readFacts, hasFacts }: AnalyzeOptions,
): AsyncGenerator<readonly ReadContent[]> {
  // A content that stands at two paths is listed again until its facts are stored.
  let before = new Set<string>();
  for await (const listed of store.unread(FACTS_VERSION)) {
    run.signal.throwIfAborted();
    const page = listed.filter((content) => !before.has(contentKey(content)));
    const wanted = page.filter(({ dialect }) => hasFacts(dialect));
    const texts = await store.texts(wanted.map(({ oid }) => oid));
    const manifests = await store.texts(
      page.filter(({ dialect }) => mayBeManifest(dialect)).map(({ oid }) => oid),
      MOST_MANIFEST_BYTES,
    );
    yield await Promise.all(
      page.map((content) =>
        readContent(content, texts.get(content.oid) ?? manifests.get(content.oid), {
          readFacts,
          hasFacts,
          signal: run.signal,
          group: run.store.sync.projectId,
        }),
      ),
    );
    before = new Set(page.map(contentKey));
  }
}

async function readContent(
  content: ContentKey,
  text: string | undefined,
  { readFacts, hasFacts, signal, group }: AnalyzeOptions & { signal: AbortSignal; group: string },
): Promise<ReadContent> {
  if (!hasFacts(content.dialect)) {
    const manifest = mayBeManifest(content.dialect) && text !== undefined ? manifestFacts(text) : null;
    return { ...content, facts: manifest, reason: 'LANGUAGE_NOT_ANALYSED' };
  }
  if (text === undefined) return { ...content, facts: null, reason: 'NO_TEXT' };
  const facts = await readFacts({ text, dialect: content.dialect, signal, group });
  return { ...content, facts, reason: facts === null ? 'NOT_PARSED' : null };
}
