import {
  encodeTree,
  formatOf,
  hashObject,
  MODE,
  type ObjectId,
  type TreeEntry,
} from '../objects/git-object.ts';
import type { GitPath } from '../objects/git-path.ts';
import type { ProvenTree } from './proven-tree.ts';

/** The new state of a path; null: removed. An unknown mode is guessed until the root's hash confirms it. */
export type Change = { readonly mode: number | null; readonly oid: ObjectId } | null;
export type Changes = ReadonlyMap<GitPath, Change>;

/** The stored trees to start from, and the root that must result. */
export interface Rebuild {
  readonly folders: ReadonlyMap<ObjectId, TreeEntry[]>;
  readonly from: ObjectId;
  readonly to: ObjectId;
}

interface PathChange {
  readonly parts: readonly string[];
  readonly change: Change;
}

/** Applies changes to stored trees; returns the new trees, or null unless their root is the expected one. */
export function rebuildTrees(
  { folders, from, to }: Rebuild,
  changes: Changes,
): Map<ObjectId, ProvenTree> | null {
  const trees = new Map<ObjectId, ProvenTree>();
  const build = (oid: ObjectId | null, inside: readonly PathChange[]): ObjectId | null => {
    const before = oid === null ? [] : (folders.get(oid) ?? []);
    const entries = new Map(before.map((entry) => [entry.name, entry]));
    for (const [name, group] of Map.groupBy(inside, (one) => one.parts[0] ?? ''))
      applyAt(entries, name as GitPath, { group, build });
    if (entries.size === 0 && oid !== from) return null;
    const content = encodeTree([...entries.values()]);
    const made = hashObject(formatOf(to), 'tree', content);
    trees.set(made, { oid: made, content, sizes: [] });
    return made;
  };
  const made = build(
    from,
    [...changes].map(([path, change]) => ({ parts: path.split('/'), change })),
  );
  return made === to ? trees : null;
}

/** Applies all changes at or below one name of a folder. */
function applyAt(
  entries: Map<GitPath, TreeEntry>,
  name: GitPath,
  context: {
    group: readonly PathChange[];
    build: (oid: ObjectId | null, inside: readonly PathChange[]) => ObjectId | null;
  },
): void {
  const before = entries.get(name);
  const here = context.group.find((one) => one.parts.length === 1);
  const below = context.group
    .filter((one) => one.parts.length > 1)
    .map(({ parts, change }) => ({ parts: parts.slice(1), change }));
  if (here !== undefined) setEntry(entries, name, here.change);
  if (below.length === 0) return;
  // Removals below a path that became a file belong to the folder that the file replaced.
  const becameFile = here !== undefined && here.change !== null;
  if (becameFile && below.every((one) => one.change === null)) return;
  const folder = context.build(before?.mode === MODE.tree ? before.oid : null, below);
  if (folder !== null) entries.set(name, { name, mode: MODE.tree, oid: folder });
  else if (here === undefined) entries.delete(name);
}

function setEntry(entries: Map<GitPath, TreeEntry>, name: GitPath, change: Change): void {
  if (change === null) {
    entries.delete(name);
    return;
  }
  const before = entries.get(name);
  const guess = before !== undefined && before.mode !== MODE.tree ? before.mode : MODE.file;
  entries.set(name, { name, mode: change.mode ?? guess, oid: change.oid });
}
