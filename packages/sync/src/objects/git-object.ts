import { createHash } from 'node:crypto';
import { comparePaths, pathFromBytes, pathToBytes, type GitPath } from './git-path.ts';

/** Git's own hash of an object: 40 hexadecimal digits, or 64 in a SHA-256 repository. */
export type ObjectId = string;
/** The hash function of a repository. */
export type ObjectFormat = 'sha1' | 'sha256';
/** The five modes of tree entries in a healthy repository. */
export const MODE = {
  tree: 0o040000,
  file: 0o100644,
  executable: 0o100755,
  symlink: 0o120000,
  submodule: 0o160000,
} as const;

/** One line of a tree object; `name` contains no slash. */
export interface TreeEntry {
  readonly name: GitPath;
  readonly mode: number;
  readonly oid: ObjectId;
}

/** Returns the hash function behind an ID. */
export function formatOf(oid: ObjectId): ObjectFormat {
  return oid.length === 64 ? 'sha256' : 'sha1';
}

/** Computes the ID that Git gives to these bytes. */
export function hashObject(
  format: ObjectFormat,
  type: 'blob' | 'tree' | 'commit',
  content: Uint8Array,
): ObjectId {
  return createHash(format).update(`${type} ${content.byteLength}\0`).update(content).digest('hex');
}

/** Returns the ID of a tree without entries, which is the root of an emptied repository. */
export function emptyTree(format: ObjectFormat): ObjectId {
  return hashObject(format, 'tree', new Uint8Array());
}

/** Writes a tree object. Git sorts entries as if a slash followed the name of a folder. */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => comparePaths(sortKey(a), sortKey(b)));
  const parts: Buffer[] = [];
  for (const entry of sorted) {
    parts.push(
      Buffer.from(`${entry.mode.toString(8)} `),
      pathToBytes(entry.name),
      NUL,
      Buffer.from(entry.oid, 'hex'),
    );
  }
  return Buffer.concat(parts);
}

/** Reads a tree object. */
export function decodeTree(format: ObjectFormat, content: Uint8Array): TreeEntry[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const width = format === 'sha1' ? 20 : 32;
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, space + 1);
    if (space < 0 || end < 0 || end + 1 + width > bytes.length)
      throw new Error('A tree object is truncated.');
    entries.push({
      mode: canonicalMode(Number.parseInt(bytes.toString('latin1', at, space), 8)),
      name: pathFromBytes(bytes.subarray(space + 1, end)),
      oid: bytes.toString('hex', end + 1, end + 1 + width),
    });
    at = end + 1 + width;
  }
  return entries;
}

/** Old writers left modes such as 100664 in trees. Git shows them as the nearest of the five, and so do we. */
function canonicalMode(mode: number): number {
  const kind = mode & 0o170000;
  if (kind === 0o100000) return (mode & 0o100) === 0 ? MODE.file : MODE.executable;
  if (kind === MODE.tree || kind === MODE.symlink) return kind;
  return MODE.submodule;
}

const NUL = Buffer.from([0]);

function sortKey(entry: TreeEntry): GitPath {
  return (entry.mode === MODE.tree ? `${entry.name}/` : entry.name) as GitPath;
}
