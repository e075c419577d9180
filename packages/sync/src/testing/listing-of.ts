import { decodeTree, MODE, type ObjectFormat, type ObjectId } from '../objects/git-object.ts';
import { comparePaths, pathToBytes, type GitPath } from '../objects/git-path.ts';

/** Returns the output of `git ls-tree -r -z --full-tree` for a root whose trees are given. */
export function listingOf(
  trees: ReadonlyMap<ObjectId, Uint8Array>,
  root: ObjectId,
  format: ObjectFormat,
): Buffer {
  const lines: { path: GitPath; line: string }[] = [];
  const walk = (oid: ObjectId, prefix: string): void => {
    const content = trees.get(oid);
    if (content === undefined) throw new Error(`The tree ${oid} at ${prefix} is missing.`);
    for (const entry of decodeTree(format, content)) {
      const path = `${prefix}${entry.name}` as GitPath;
      if (entry.mode === MODE.tree) walk(entry.oid, `${path}/`);
      else
        lines.push({
          path,
          line: `${entry.mode.toString(8)} ${entry.mode === MODE.submodule ? 'commit' : 'blob'} ${entry.oid}\t`,
        });
    }
  };
  walk(root, '');
  lines.sort((a, b) => comparePaths(a.path, b.path));
  return Buffer.concat(
    lines.flatMap(({ path, line }) => [Buffer.from(line), pathToBytes(path), Buffer.from([0])]),
  );
}
