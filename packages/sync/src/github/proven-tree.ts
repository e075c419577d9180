import { encodeTree, formatOf, hashObject, type ObjectId, type TreeEntry } from '../objects/git-object.ts';
import { pathFromBytes } from '../objects/git-path.ts';
import type { GitTree } from '../ports/source.ts';
import { numberOf, oidOf, rowsOf, stringOf } from '../http-api/json.ts';

/** A tree whose bytes hash to its ID, with the sizes that came along. */
export interface ProvenTree extends GitTree {
  readonly sizes: readonly (readonly [ObjectId, number])[];
}

/** Builds a tree object from its entries; returns null unless it hashes to the expected ID. */
export function proveTree(oid: ObjectId, entries: readonly TreeEntry[]): Buffer | null {
  const content = encodeTree(entries);
  return hashObject(formatOf(oid), 'tree', content) === oid ? content : null;
}

/** Reads `Tree.entries` of GraphQL. Names come as base64, because text would lose those that are not UTF-8. */
export function treeOf(oid: ObjectId, value: unknown): ProvenTree | null {
  const rows = rowsOf(value);
  if (rows === null) return null;
  const entries: TreeEntry[] = [];
  const sizes: [ObjectId, number][] = [];
  for (const row of rows) {
    const mode = numberOf(row['mode']);
    const name = stringOf(row['nameRaw']);
    const entry = oidOf(row['oid']);
    const size = numberOf(row['size']);
    if (mode === null || name === null || entry === null) return null;
    entries.push({ mode, name: pathFromBytes(Buffer.from(name, 'base64')), oid: entry });
    if (size !== null && mode >= 0o100000 && mode < 0o160000) sizes.push([entry, size]);
  }
  const content = proveTree(oid, entries);
  return content === null ? null : { oid, content, sizes };
}
