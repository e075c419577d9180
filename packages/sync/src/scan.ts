import { diffTrees, type PathChange } from './diff-trees.ts';
import type { ObjectId } from './git-object.ts';
import type { Head, KeptTrees } from './source.ts';
import type { PreparedHead } from './prepare.ts';
import type { SyncRun } from './sync-run.ts';
import type { BaseSnapshot, ProgressNote } from './sync-store.ts';

/** What IMPORT is to do. */
export interface ScanPlan {
  readonly head: Head;
  readonly base: BaseSnapshot | null;
  /** Differences from the base, or from what is really kept where everything is compared. */
  readonly changes: readonly PathChange[];
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
  const sizes = new Map<ObjectId, number>();
  if (unchanged || (base?.treeOid === head.treeOid && !store.sync.full)) {
    run.stats.filesTotal = run.stats.filesUnchanged = base?.files ?? 0;
    return { head, base, changes: [], sizes, filesTotal: base?.files ?? 0 };
  }
  const first = run.note('SCAN', 0, `Comparing with ${head.commitOid.slice(0, 10)}`);
  await store.note(first);
  yield first;

  const source = await run.options.source();
  const kept = store.sync.full ? nothingKept : store.trees;
  let trees = 0;
  for await (const batch of source.trees(head, kept, store.sync.full ? null : base, run.call())) {
    run.signal.throwIfAborted();
    for (const [oid, size] of batch.sizes) sizes.set(oid, size);
    await store.saveTrees(batch.trees, { overwrite: store.sync.full });
    trees += batch.trees.length;
    const note = run.noteNowAndThen('SCAN', 0.5, `${trees} folders read`);
    if (note !== null) {
      await store.note(note);
      yield note;
    }
  }
  run.stats.sourceRequests = source.usage().requests;

  const changes: PathChange[] = [];
  const load = (oids: readonly ObjectId[]) => store.trees.load(oids);
  const from = store.sync.full ? null : (base?.treeOid ?? null);
  for await (const found of diffTrees(load, head.format, from, head.treeOid)) {
    run.signal.throwIfAborted();
    changes.push(...found);
  }
  const compared = store.sync.full ? await againstKept(run, changes, base) : changes;
  const filesTotal = store.sync.full
    ? changes.length
    : (base?.files ?? 0) +
      compared.filter((change) => change.before === null).length -
      compared.filter((change) => change.after === null).length;
  run.stats.filesTotal = filesTotal;
  const last = run.note('SCAN', 1, `${compared.length} of ${filesTotal} files differ`);
  await store.note(last);
  yield last;
  return { head, base, changes: compared, sizes, filesTotal };
}

/** For a full comparison: the commit's whole listing against the rows that are really there, trusting no tree. */
async function againstKept(
  run: SyncRun,
  listing: readonly PathChange[],
  base: BaseSnapshot | null,
): Promise<PathChange[]> {
  const wanted = new Map(listing.map((change) => [change.path, change.after]));
  const changes: PathChange[] = [];
  if (base?.own === true) {
    for await (const page of run.store.listing()) {
      run.signal.throwIfAborted();
      for (const file of page) {
        const after = wanted.get(file.path) ?? null;
        wanted.delete(file.path);
        if (after?.oid === file.oid && after.mode === file.mode) continue;
        changes.push({ path: file.path, before: { mode: file.mode, oid: file.oid }, after });
      }
    }
  }
  for (const [path, after] of wanted) changes.push({ path, before: null, after });
  return changes;
}
