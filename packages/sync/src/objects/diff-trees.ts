import { decodeTree, MODE, type ObjectFormat, type ObjectId, type TreeEntry } from './git-object.ts';
import { comparePaths, type GitPath } from './git-path.ts';

/** What stands at a path. */
export interface FileState {
  readonly mode: number;
  readonly oid: ObjectId;
}

/** One path at which two trees differ. */
export interface PathChange {
  readonly path: GitPath;
  readonly before: FileState | null;
  readonly after: FileState | null;
}

interface Pair {
  readonly prefix: string;
  readonly before: ObjectId | null;
  readonly after: ObjectId | null;
}

type Load = (oids: readonly ObjectId[]) => Promise<ReadonlyMap<ObjectId, Uint8Array>>;

const LEVEL = 2000;

/**
 * The differences between two trees, found by going down only where their ids differ: the work follows the change,
 * not the size. Folders are read many at a time, level by level.
 */
export async function* diffTrees(
  load: Load,
  format: ObjectFormat,
  before: ObjectId | null,
  after: ObjectId | null,
): AsyncGenerator<PathChange[]> {
  let pairs: Pair[] = before === after ? [] : [{ prefix: '', before, after }];
  while (pairs.length > 0) {
    const below: Pair[] = [];
    for (let at = 0; at < pairs.length; at += LEVEL) {
      const slice = pairs.slice(at, at + LEVEL);
      const oids = new Set(slice.flatMap((pair) => [pair.before, pair.after]).filter((oid) => oid !== null));
      const trees = await load([...oids]);
      const entriesOf = (oid: ObjectId | null): TreeEntry[] => {
        if (oid === null) return [];
        const content = trees.get(oid);
        if (content === undefined) throw new Error(`The tree ${oid} is not held.`);
        return decodeTree(format, content);
      };
      const changes: PathChange[] = [];
      for (const pair of slice) compare(pair, entriesOf(pair.before), entriesOf(pair.after), changes, below);
      if (changes.length > 0) yield changes;
    }
    pairs = below;
  }
}

function compare(
  pair: Pair,
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
  changes: PathChange[],
  below: Pair[],
): void {
  const old = new Map(before.map((entry) => [entry.name, entry]));
  const now = new Map(after.map((entry) => [entry.name, entry]));
  const names = [...new Set([...old.keys(), ...now.keys()])].sort(comparePaths);
  for (const name of names) {
    const from = old.get(name) ?? null;
    const to = now.get(name) ?? null;
    if (from !== null && to !== null && from.oid === to.oid && from.mode === to.mode) continue;
    const fromTree = from !== null && from.mode === MODE.tree;
    const toTree = to !== null && to.mode === MODE.tree;
    const path = `${pair.prefix}${name}` as GitPath;
    if (fromTree || toTree)
      below.push({ prefix: `${path}/`, before: fromTree ? from.oid : null, after: toTree ? to.oid : null });
    const fileBefore = from === null || fromTree ? null : { mode: from.mode, oid: from.oid };
    const fileAfter = to === null || toTree ? null : { mode: to.mode, oid: to.oid };
    if (fileBefore !== null || fileAfter !== null)
      changes.push({ path, before: fileBefore, after: fileAfter });
  }
}
