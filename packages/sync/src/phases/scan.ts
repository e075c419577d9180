import { diffTrees, type PathChange } from '../objects/diff-trees.ts';
import type { ObjectId } from '../objects/git-object.ts';
import { showPath, type GitPath } from '../objects/git-path.ts';
import type { Head, KeptTrees } from '../ports/source.ts';
import type { PreparedHead } from './prepare.ts';
import type { SyncRun } from '../sync-run.ts';
import type { ProgressNote } from '../ports/progress-note.ts';
import type { BaseSnapshot } from '../ports/sync-store.ts';

/** A file of the new snapshot. */
export interface PresentFile {
  readonly path: GitPath;
  readonly mode: number;
  readonly oid: ObjectId;
}

/** The work for IMPORT. */
export interface ScanPlan {
  readonly head: Head;
  readonly base: BaseSnapshot | null;
  /** Differences from the base, or from the stored rows in a full comparison. */
  readonly changes: readonly PathChange[];
  /** The files whose contents must be stored: the added and modified ones, or all in a full comparison. */
  readonly present: readonly PresentFile[];
  /** Sizes that the source reported along the way. */
  readonly sizes: ReadonlyMap<ObjectId, number>;
  readonly filesTotal: number;
}

/** A commit whose trees are being read. */
interface Scanned {
  readonly head: Head;
  readonly base: BaseSnapshot | null;
}

const nothingKept: KeptTrees = { load: () => Promise.resolve(new Map()) };

/** Finds the differences between the stored state and the commit. The source verifies trees; equal ones stay closed. */
export async function* scan(
  run: SyncRun,
  { head, base, unchanged }: PreparedHead,
): AsyncGenerator<ProgressNote, ScanPlan> {
  const { store } = run;
  const { full } = store.sync;
  const sizes = new Map<ObjectId, number>();
  if (unchanged || (base?.treeOid === head.treeOid && !full)) {
    const filesTotal = countAfter(base, []);
    run.stats.filesTotal = run.stats.filesUnchanged = filesTotal;
    return { head, base, changes: [], present: [], sizes, filesTotal };
  }
  yield* run.report('SCAN', 0, `Comparing with ${head.commitOid.slice(0, 10)}`);
  yield* fetchTrees(run, { head, base }, sizes);

  const found = await treeChanges(run, head, full ? null : (base?.treeOid ?? null));
  const changes = full ? await changesFromStored(run, { head, base }, found) : found;
  const filesTotal = full ? found.length : countAfter(base, changes);
  run.stats.filesTotal = filesTotal;
  yield* run.report('SCAN', 1, changes.length === 1 ? '1 path differs' : `${changes.length} paths differ`);
  const present = found.flatMap(({ path, after }) => (after === null ? [] : [{ path, ...after }]));
  return { head, base, changes, present, sizes, filesTotal };
}

function countAfter(base: BaseSnapshot | null, changes: readonly PathChange[]): number {
  let count = base?.files ?? 0;
  for (const { before, after } of changes) {
    if (before === null) count += 1;
    if (after === null) count -= 1;
  }
  return count;
}

async function* fetchTrees(
  run: SyncRun,
  { head, base }: Scanned,
  sizes: Map<ObjectId, number>,
): AsyncGenerator<ProgressNote, void> {
  const { store } = run;
  const { full } = store.sync;
  const source = await run.options.source();
  const request = { head, kept: full ? nothingKept : store.trees, base: full ? null : base };
  let trees = 0;
  let repaired = 0;
  for await (const batch of source.trees(request, run.call())) {
    run.signal.throwIfAborted();
    for (const [oid, size] of batch.sizes) sizes.set(oid, size);
    repaired += await store.saveTrees(batch.trees, { overwrite: full });
    trees += batch.trees.length;
    const note = run.throttledNote('SCAN', 0.5, trees === 1 ? '1 folder read' : `${trees} folders read`);
    if (note === null) continue;
    await store.note(note);
    yield note;
  }
  if (repaired > 0) {
    run.warn({
      code: 'LISTING_REPAIRED',
      message: `${repaired} stored folders differed from the source and were corrected.`,
      path: null,
    });
  }
  run.stats.sourceRequests = source.usage().requests;
}

async function treeChanges(run: SyncRun, head: Head, before: ObjectId | null): Promise<PathChange[]> {
  const changes: PathChange[] = [];
  const { tree: limits } = run.options.limits;
  const pages = diffTrees({
    load: (oids) => run.store.trees.load(oids),
    format: head.format,
    before,
    after: head.treeOid,
    ...(limits === undefined ? {} : { limits }),
  });
  for await (const page of pages) {
    run.signal.throwIfAborted();
    // Not `push(...page)`: V8 refuses some 125,000 arguments, and one folder can have more files.
    for (const change of page) changes.push(change);
  }
  return changes;
}

/**
 * Compares the commit's whole listing with the stored rows, trusting no stored tree. A row that differs although the
 * two commits do not is damage, and is reported. A new branch's rows are all written from scratch.
 */
async function changesFromStored(
  run: SyncRun,
  { head, base }: Scanned,
  listing: readonly PathChange[],
): Promise<PathChange[]> {
  if (base?.own !== true) return [...listing];
  const wanted = new Map(listing.map((change) => [change.path, change.after]));
  const changes: PathChange[] = [];
  for await (const page of run.store.listing()) {
    run.signal.throwIfAborted();
    for (const { path, mode, oid } of page) {
      const after = wanted.get(path) ?? null;
      wanted.delete(path);
      if (after?.oid === oid && after.mode === mode) continue;
      changes.push({ path, before: { mode, oid }, after });
    }
  }
  for (const [path, after] of wanted) changes.push({ path, before: null, after });
  if (changes.length > 0) await warnOfDamage(run, { head, base }, changes);
  return changes;
}

async function warnOfDamage(
  run: SyncRun,
  { head, base }: Scanned,
  changes: readonly PathChange[],
): Promise<void> {
  const intended = await treeChanges(run, head, base?.treeOid ?? null).catch(() => changes);
  const intendedPaths = new Set(intended.map(({ path }) => path));
  for (const { path } of changes) {
    if (intendedPaths.has(path)) continue;
    run.warn({
      code: 'LISTING_REPAIRED',
      message: 'The stored listing differed from the commit and was corrected.',
      path: showPath(path),
    });
  }
}
