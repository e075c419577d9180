import {
  affectedDetectors,
  changedOften,
  coChange,
  coChanges,
  detectors,
  DIGEST_VERSION,
  digestFile,
  FACTS_VERSION,
  findChangedPatterns,
  hotspot,
  hotspots,
  LINKS_VERSION,
  PATTERNS_VERSION,
  removedThings,
  staleDocument,
  staleMentions,
  staleRule,
  type DetectorResult,
  type DigestChange,
  type FileDigest,
} from '@project-sync/knowledge';
import type { PatternStore } from '../../ports/pattern-store.ts';
import type { ProgressNote } from '../../ports/progress-note.ts';
import type { SyncRun } from '../../sync-run.ts';

/** The thousands change when files have other digests, the rest when other rules look at them. */
const VERSION = (FACTS_VERSION * 100 + LINKS_VERSION * 10 + DIGEST_VERSION) * 1000 + PATTERNS_VERSION;
/** The syncs whose changes say which files change often and together. */
const RECENT_SYNCS = 200;
const MOST_FILES = 50;

type Files = ReadonlyMap<string, FileDigest>;
type Touched = ReadonlyMap<string, FileDigest | null>;

/**
 * Finds the patterns of the analysed snapshot: by the rules that read something which changed. Where none did, the digests
 * of the rest are not even read.
 */
export async function* findSnapshotPatterns(run: SyncRun): AsyncGenerator<ProgressNote> {
  const store = run.store.patterns();
  const { isDone, from, isOfOldRules } = await store.start(VERSION);
  if (isDone) return;
  const touched = yield* digestTouched(run, store);
  // A new branch that starts from another one takes over its findings too, and its own syncs have said nothing yet.
  const isSame = from !== 'NOTHING' && !isOfOldRules;
  const { declared, isDeclaredAnew, recent, open } = await store.context({
    syncs: RECENT_SYNCS,
    mostFiles: MOST_FILES,
    rules: [staleDocument.name, staleRule.name],
  });
  if (from === 'OWN' && isSame && touched.size === 0 && !isDeclaredAnew)
    return store.publish({ version: VERSION, results: [], files: new Map(), changed: new Set() });
  const needed = isSame ? new Set([...touched.keys(), ...changedOften(recent)]) : null;
  let files = await store.digests(needed);
  const changes = differences(files, touched);
  const affected = isSame ? affectedDetectors(changes.values(), isDeclaredAnew) : detectors;
  const removed = from === 'OWN' ? removedThings(changes) : new Set<string>();
  const looksAtDocuments = mayBeStale({ from, changes, removed, open });
  if (needed !== null && (affected.length > 0 || looksAtDocuments)) files = await store.digests(null);
  const results = [
    ...findChangedPatterns(files, { changes, affected, declared, isDeclaredAnew }),
    ...ofHistory(recent, files, from),
    ...(looksAtDocuments ? ofDocuments(files, { removed, open }) : []),
  ];
  await store.publish({ version: VERSION, results, files, changed: new Set(changes.keys()) });
}

/** Whether documents may name what is gone. A branch that starts from another one takes over what still holds on it alone. */
function mayBeStale(sync: {
  readonly from: 'OWN' | 'OTHER' | 'NOTHING';
  readonly changes: ReadonlyMap<string, DigestChange>;
  readonly removed: ReadonlySet<string>;
  readonly open: readonly string[];
}): boolean {
  if (sync.from === 'OTHER') return sync.open.length > 0;
  return sync.changes.size > 0 && (sync.removed.size > 0 || sync.open.length > 0);
}

/** The findings of the rules that read the syncs of the branch. A new one has none, and takes none over. */
function ofHistory(
  recent: readonly (readonly string[])[],
  files: Files,
  from: 'OWN' | 'OTHER' | 'NOTHING',
): DetectorResult[] {
  if (recent.length === 0 && from !== 'OTHER') return [];
  return [
    { detector: hotspot, found: hotspots(recent, files) },
    { detector: coChange, found: coChanges(recent, files) },
  ];
}

/** The findings of the rules that compare documents with what the sync removed. */
function ofDocuments(files: Files, sync: Parameters<typeof staleMentions>[1]): DetectorResult[] {
  const { documents, rules } = staleMentions(files, sync);
  return [
    { detector: staleDocument, found: documents },
    { detector: staleRule, found: rules },
  ];
}

/** The digests of all files that may have another one; null for those that are gone. */
async function* digestTouched(
  run: SyncRun,
  store: PatternStore,
): AsyncGenerator<ProgressNote, Map<string, FileDigest | null>> {
  const touched = new Map<string, FileDigest | null>();
  for await (const page of store.touched()) {
    run.signal.throwIfAborted();
    for (const { path, input } of page) touched.set(path, input === null ? null : digestFile(input));
    yield* run.reportThrottled('ANALYZE', 0.95, `${touched.size} files looked at for patterns`, {
      done: touched.size,
    });
  }
  return touched;
}

function differences(before: Files, touched: Touched): Map<string, DigestChange> {
  return new Map(
    [...touched]
      .map(([path, now]) => [path, { before: before.get(path) ?? null, now }] as const)
      .filter(([, change]) => JSON.stringify(change.before) !== JSON.stringify(change.now)),
  );
}
