import { encodeTree, hashObject, MODE, type ObjectFormat, type ObjectId, type TreeEntry } from '../git-object.ts';
import { pathFromBytes, type GitPath } from '../git-path.ts';
import { SyncError } from '../sync-error.ts';
import type { GitTree } from '../source.ts';

/**
 * Turns the output of `ls-tree -r -t -z` into tree objects and proves each by its hash. One listing costs one
 * process whatever the number of folders; reading every tree by itself costs a seek each.
 */
export function treesOfListing(listing: Buffer, root: ObjectId, format: ObjectFormat): GitTree[] {
  const folders = new Map<string, TreeEntry[]>([['', []]]);
  const ids = new Map<string, ObjectId>([['', root]]);
  for (let at = 0; at < listing.length; ) {
    const end = listing.indexOf(0, at);
    const tab = listing.indexOf(0x09, at);
    if (end < 0 || tab < 0 || tab > end) throw unproven(root);
    // "<mode> <type> <oid>\t<path>"
    const mode = Number.parseInt(listing.toString('latin1', at, at + 6), 8);
    const oid = listing.toString('latin1', tab - root.length, tab);
    const path: string = pathFromBytes(listing.subarray(tab + 1, end));
    const slash = path.lastIndexOf('/');
    const siblings = folders.get(slash < 0 ? '' : path.slice(0, slash));
    if (siblings === undefined) throw unproven(root);
    siblings.push({ mode, oid, name: (slash < 0 ? path : path.slice(slash + 1)) as GitPath });
    if (mode === MODE.tree) {
      folders.set(path, []);
      ids.set(path, oid);
    }
    at = end + 1;
  }
  const trees = new Map<ObjectId, GitTree>();
  for (const [path, entries] of folders) {
    const oid = ids.get(path) ?? root;
    if (trees.has(oid)) continue;
    const content = encodeTree(entries);
    if (hashObject(format, 'tree', content) !== oid) throw unproven(oid);
    trees.set(oid, { oid, content });
  }
  return [...trees.values()];
}

function unproven(oid: ObjectId): SyncError {
  return new SyncError('CONTENT_UNVERIFIED', `A folder does not hash to its id ${oid}; nothing of it was taken.`, {
    retryable: true,
    subject: oid,
  });
}
