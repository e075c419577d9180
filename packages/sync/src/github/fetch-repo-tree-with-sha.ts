import { decodeTree, MODE, type ObjectId } from '../objects/git-object.ts';
import { comparePaths, type GitPath } from '../objects/git-path.ts';
import { TreeSize } from '../objects/tree-limits.ts';
import type { Head, SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { GitHubClient } from './github-client.ts';
import { readGitHubTrees } from './read-trees.ts';

/** One file of a commit; `size` is null if GitHub did not report it. */
export interface RepoTreeFile {
  readonly path: GitPath;
  readonly sha: ObjectId;
  readonly mode: number;
  readonly size: number | null;
}

/** Lists all files of a commit in Git's order, verified: the output of `git ls-tree -r`. */
export async function fetchRepoTreeWithSha(
  client: GitHubClient,
  head: Head,
  call: SourceCall,
): Promise<RepoTreeFile[]> {
  const kept = { load: () => Promise.resolve(new Map<ObjectId, Uint8Array>()) };
  const trees = new Map<ObjectId, Uint8Array>();
  const sizes = new Map<ObjectId, number>();
  const request = { client, head, kept, base: null, root: null, onTexts: () => undefined };
  for await (const batch of readGitHubTrees(request, call)) {
    for (const tree of batch.trees) trees.set(tree.oid, tree.content);
    for (const [oid, size] of batch.sizes) sizes.set(oid, size);
  }
  const files: RepoTreeFile[] = [];
  const counted = new TreeSize();
  const folders: { oid: ObjectId; prefix: string }[] = [{ oid: head.treeOid, prefix: '' }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const content = trees.get(folder.oid);
    if (content === undefined) throw new SyncError('INTERNAL', `The tree ${folder.oid} was not read.`);
    for (const entry of decodeTree(head.format, content)) {
      const path = `${folder.prefix}${entry.name}` as GitPath;
      counted.add(path, entry.name);
      if (entry.mode === MODE.tree) folders.push({ oid: entry.oid, prefix: `${path}/` });
      else files.push({ path, sha: entry.oid, mode: entry.mode, size: sizes.get(entry.oid) ?? null });
    }
  }
  return files.sort((a, b) => comparePaths(a.path, b.path));
}
