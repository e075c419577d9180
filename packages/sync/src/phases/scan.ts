import { diffTrees, type PathChange } from '../objects/diff-trees.ts';
import type { ObjectId } from '../objects/git-object.ts';
import { showPath, type GitPath } from '../objects/git-path.ts';
import type { Head, KeptTrees } from '../ports/source.ts';
import type { PreparedHead } from './prepare.ts';
import type { SyncRun } from '../sync-run.ts';
import type { BaseSnapshot, ProgressNote } from '../ports/sync-store.ts';

/** A file of the new snapshot. */
export interface PresentFile {
  readonly path: GitPath;
  readonly mode: number;
  readonly oid: ObjectId;
}

/** What IMPORT is to do. */
export interface ScanPlan {
  readonly head: Head;
  readonly base: BaseSnapshot | null;
  /** Differences from the base, or from what is really kept where everything is compared. */
  readonly changes: readonly PathChange[];
  /** The files whose contents must be held: those that came, or all of them where everything is compared. */
  readonly present: readonly PresentFile[];
  /** Sizes that the source told on the way. */
  readonly sizes: ReadonlyMap<ObjectId, number>;
  readonly filesTotal: number;
}

const nothingKept: KeptTrees = { load: () => Promise.resolve(new Map()) };

/** Finds what differs between what is kept and the commit: the source proves trees, and only unlike ones are opened. */
export async function* scan(
  run: SyncRun,
  { head, base, unchanged }: PreparedHead,
): AsyncGenerator<ProgressNote, ScanPlan> {
  const { store } = run;
  const { full } = store.sync;
  const sizes = new Map<ObjectId, number>();
  if (unchanged || (base?.treeOid === head.treeOid && !full)) {
    run.stats.filesTotal = run.stats.filesUnchanged = base?.files ?? 0;
    return { head, base, changes: [], present: [], sizes, filesTotal: base?.files ?? 0 };
  }
  yield* run.report('SCAN', 0, `Comparing with ${head.commitOid.slice(0, 10)}`);
  yield* fetchTrees(run, head, base, sizes);

  const differences = full ? null : (base?.treeOid ?? null);
  const found = await treeChanges(run, head, differences, head.treeOid);
  const changes = full ? await againstKept(run, head, found, base) : found;
  const filesTotal = full
    ? found.length
    : (base?.files ?? 0) +
      changes.filter((change) => change.before === null).length -
      changes.filter((change) => change.after === null).length;
  run.stats.filesTotal = filesTotal;
  yield* run.report('SCAN', 1, `${changes.length} of ${filesTotal} files differ`);
  const present = found.flatMap(({ path, after }) => (after === null ? [] : [{ path, ...after }]));
  return { head, base, changes, present, sizes, filesTotal };
}

async function* fetchTrees(
  run: SyncRun,
  head: Head,
  base: BaseSnapshot | null,
  sizes: Map<ObjectId, number>,
): AsyncGenerator<ProgressNote, void> {
  const { store } = run;
  const { full } = store.sync;
  const source = await run.options.source();
  let trees = 0;
  let repaired = 0;
  for await (const batch of source.trees(
    head,
    full ? nothingKept : store.trees,
    full ? null : base,
    run.call(),
  )) {
    run.signal.throwIfAborted();
    for (const [oid, size] of batch.sizes) sizes.set(oid, size);
    repaired += await store.saveTrees(batch.trees, { overwrite: full });
    trees += batch.trees.length;
    yield* run.reportThrottled('SCAN', 0.5, `${trees} folders read`);
  }
  if (repaired > 0) {
    run.warn({
      code: 'LISTING_REPAIRED',
      message: `${repaired} folders were kept otherwise than the source has them; they were put right.`,
      path: null,
    });
  }
  run.stats.sourceRequests = source.usage().requests;
}

async function treeChanges(
  run: SyncRun,
  head: Head,
  from: ObjectId | null,
  to: ObjectId,
): Promise<PathChange[]> {
  const changes: PathChange[] = [];
  const load = (oids: readonly ObjectId[]) => run.store.trees.load(oids);
  for await (const found of diffTrees(load, head.format, from, to)) {
    run.signal.throwIfAborted();
    changes.push(...found);
  }
  return changes;
}

/**
 * For a full comparison: the commit's whole listing against the rows that are really there, trusting no tree. What
 * differs although the commits do not is damage, and is told; a new branch's rows are all written from nothing.
 */
async function againstKept(
  run: SyncRun,
  head: Head,
  listing: readonly PathChange[],
  base: BaseSnapshot | null,
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
  if (changes.length === 0) return changes;
  const meant = new Set(
    (await treeChanges(run, head, base.treeOid, head.treeOid).catch(() => changes)).map(({ path }) => path),
  );
  for (const { path } of changes) {
    if (meant.has(path)) continue;
    run.warn({
      code: 'LISTING_REPAIRED',
      message: 'It was listed otherwise than its commit has it; the listing was put right.',
      path: showPath(path),
    });
  }
  return changes;
}
