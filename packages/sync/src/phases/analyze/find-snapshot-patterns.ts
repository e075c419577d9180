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
import type { PatternContext, PatternStore } from '../../ports/pattern-store.ts';
import type { ProgressNote } from '../../ports/progress-note.ts';
import type { SyncRun } from '../../sync-run.ts';

/** The thousands change when files have other digests, the rest when other rules look at them. */
const VERSION = (FACTS_VERSION * 100 + LINKS_VERSION * 10 + DIGEST_VERSION) * 1000 + PATTERNS_VERSION;
/** The syncs whose changes say which files change often and together. */
const RECENT_SYNCS = 200;
const MOST_FILES = 50;

const ofDocument: ReadonlySet<string> = new Set([staleDocument.name, staleRule.name]);
const askedFor = [...ofDocument, hotspot.name, coChange.name];

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
  const context = await store.context({ syncs: RECENT_SYNCS, mostFiles: MOST_FILES, rules: askedFor });
  const { declared, isDeclaredAnew, recent } = context;
  const open = context.open.flatMap(({ rule, subject }) => (ofDocument.has(rule) ? [subject] : []));
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
    ...ofHistory(context, files, from),
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

/**
 * The findings of the rules that read the syncs of the branch. A new one has none, and takes none over; where a rule neither found
 * anything before nor does now, there is nothing to replace.
 */
function ofHistory(
  { recent, open }: Pick<PatternContext, 'recent' | 'open'>,
  files: Files,
  from: 'OWN' | 'OTHER' | 'NOTHING',
): DetectorResult[] {
  if (recent.length === 0 && from !== 'OTHER') return [];
  const results = [
    { detector: hotspot, found: hotspots(recent, files) },
    { detector: coChange, found: coChanges(recent, files) },
  ];
  if (from === 'OTHER') return results;
  return results.filter(
    ({ detector, found }) => found.length > 0 || open.some(({ rule }) => rule === detector.name),
  );
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
