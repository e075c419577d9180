import { setImmediate as turn } from 'node:timers/promises';
import { decodeTree, MODE, type ObjectFormat, type ObjectId, type TreeEntry } from './git-object.ts';
import { comparePaths, type GitPath } from './git-path.ts';
import { defaultTreeLimits, TreeSize, type TreeLimits } from './tree-limits.ts';

/** A file's state at a path. */
interface FileState {
  readonly mode: number;
  readonly oid: ObjectId;
}

/** One path at which two trees differ. */
export interface PathChange {
  readonly path: GitPath;
  readonly before: FileState | null;
  readonly after: FileState | null;
}

/** Two trees to compare, and the access to their contents. */
export interface TreeComparison {
  readonly load: (oids: readonly ObjectId[]) => Promise<ReadonlyMap<ObjectId, Uint8Array>>;
  readonly format: ObjectFormat;
  /** Null stands for a tree without entries. */
  readonly before: ObjectId | null;
  readonly after: ObjectId | null;
  readonly limits?: TreeLimits;
}

/** Two folders at the same path. */
interface Pair {
  readonly prefix: string;
  readonly before: ObjectId | null;
  readonly after: ObjectId | null;
}

const PAIRS_PER_LOAD = 2000;
/** A level with more folders than this may have few that stand in many places. */
const MANY_PAIRS = 5000;
/** How long folders are compared before other work gets its turn. */
const SLICE_MS = 5;

/**
 * Yields the differences between two trees. It descends only where their IDs differ, so the work follows the change,
 * not the size, and it loads the folders of a level many at a time.
 */
export async function* diffTrees({
  load,
  format,
  before,
  after,
  limits = defaultTreeLimits,
}: TreeComparison): AsyncGenerator<PathChange[]> {
  const size = new TreeSize(limits);
  let begun = performance.now();
  let pairs: Pair[] = before === after ? [] : [{ prefix: '', before, after }];
  for (let depth = 0; pairs.length > 0; depth += 1) {
    size.enterLevel(depth);
    if (pairs.length > MANY_PAIRS) await refuseRepeated({ load, format }, pairs, size);
    const below: Pair[] = [];
    for (let at = 0; at < pairs.length; at += PAIRS_PER_LOAD) {
      const slice = pairs.slice(at, at + PAIRS_PER_LOAD);
      const oids = new Set(slice.flatMap((pair) => [pair.before, pair.after]).filter((oid) => oid !== null));
      const entriesOf = entriesIn(await load([...oids]), format);
      const changes: PathChange[] = [];
      for (const pair of slice) {
        if (performance.now() - begun > SLICE_MS) {
          await turn();
          begun = performance.now();
        }
        for (const difference of differencesIn(entriesOf(pair.before), entriesOf(pair.after))) {
          const path = `${pair.prefix}${difference.name}` as GitPath;
          // The side before was within the limits when it was synced.
          if (difference.to !== null) size.add(path, difference.name);
          const { folders, files } = split(difference);
          if (folders !== null) below.push({ prefix: `${path}/`, ...folders });
          if (files !== null) changes.push({ path, ...files });
        }
      }
      if (changes.length > 0) yield changes;
    }
    pairs = below;
  }
}

/**
 * Refuses a commit in which few folders stand in more places than the limit allows: what each of them holds is counted once and
 * multiplied, before millions of paths are made of it.
 */
async function refuseRepeated(
  { load, format }: Pick<TreeComparison, 'load' | 'format'>,
  pairs: readonly Pair[],
  size: TreeSize,
): Promise<void> {
  let places = new Map<ObjectId, number>();
  for (const { before, after } of pairs)
    if (before === null && after !== null) places.set(after, (places.get(after) ?? 0) + 1);
  if (places.size > pairs.length / 8) return;
  for (let entries = 0; places.size > 0;) {
    const below = new Map<ObjectId, number>();
    const trees = await load([...places.keys()]);
    for (const [oid, times] of places) {
      const found = decodeTree(format, trees.get(oid) ?? new Uint8Array());
      entries += found.length * times;
      for (const entry of found)
        if (entry.mode === MODE.tree) below.set(entry.oid, (below.get(entry.oid) ?? 0) + times);
    }
    size.expect(entries);
    places = below;
  }
}

/** Returns a reader of trees. It remembers the last one, because a folder that occurs often occurs in a row. */
function entriesIn(
  trees: ReadonlyMap<ObjectId, Uint8Array>,
  format: ObjectFormat,
): (oid: ObjectId | null) => readonly TreeEntry[] {
  let last: { oid: ObjectId; entries: readonly TreeEntry[] } | null = null;
  return (oid) => {
    if (oid === null) return [];
    if (last?.oid === oid) return last.entries;
    const content = trees.get(oid);
    if (content === undefined) throw new Error(`The tree ${oid} is not stored.`);
    last = { oid, entries: decodeTree(format, content) };
    return last.entries;
  };
}

interface Difference {
  readonly name: GitPath;
  readonly from: TreeEntry | null;
  readonly to: TreeEntry | null;
}

/** Yields the entries at which two folders differ, by name. */
function* differencesIn(before: readonly TreeEntry[], after: readonly TreeEntry[]): Generator<Difference> {
  const old = new Map(before.map((entry) => [entry.name, entry]));
  const now = new Map(after.map((entry) => [entry.name, entry]));
  const names = [...new Set([...old.keys(), ...now.keys()])].sort(comparePaths);
  for (const name of names) {
    const from = old.get(name) ?? null;
    const to = now.get(name) ?? null;
    if (from?.oid !== to?.oid || from?.mode !== to?.mode) yield { name, from, to };
  }
}

/** Separates a difference into its folders and its files: a folder may have become a file. */
function split({ from, to }: Difference): {
  folders: Omit<Pair, 'prefix'> | null;
  files: Omit<PathChange, 'path'> | null;
} {
  const folders = { before: folderOf(from), after: folderOf(to) };
  const files = { before: fileOf(from), after: fileOf(to) };
  return {
    folders: folders.before === null && folders.after === null ? null : folders,
    files: files.before === null && files.after === null ? null : files,
  };
}

function folderOf(entry: TreeEntry | null): ObjectId | null {
  return entry?.mode === MODE.tree ? entry.oid : null;
}

function fileOf(entry: TreeEntry | null): FileState | null {
  return entry === null || entry.mode === MODE.tree ? null : { mode: entry.mode, oid: entry.oid };
}
