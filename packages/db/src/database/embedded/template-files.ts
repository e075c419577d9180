import { MemoryFS } from '@electric-sql/pglite';

/** A file or folder of Emscripten's file system in memory. */
interface FileNode {
  contents: unknown;
  usedBytes: number;
  readonly node_ops: {
    mknod(parent: FileNode, name: string, mode: number, device: number): FileNode;
  };
}

/** The file system itself. The library's own types of it lead to a package that is not installed. */
interface FileSystem {
  mkdirTree(path: string): void;
  lookupPath(path: string): { readonly node: FileNode };
}

const DATA = '/pglite/data';
/** A tar file consists of blocks of this size: a header, then the content. */
const BLOCK = 512;
const FOLDER = '5'.charCodeAt(0);

/**
 * The files of a database in memory, which begins as a dump. PGlite's own way to load one looks up each part of each path,
 * which takes half the time that a database takes to open.
 */
export class TemplateFiles extends MemoryFS {
  readonly #dump: Uint8Array;

  constructor(dump: Uint8Array) {
    super();
    this.#dump = dump;
  }

  override initialSyncFs(): Promise<void> {
    const files: unknown = this.pg?.Module.FS;
    if (!isFileSystem(files)) throw new Error('The database has no file system.');
    files.mkdirTree(DATA);
    // One copy for all: a file that grows gets memory of its own.
    unpack(this.#dump.slice(), files.lookupPath(DATA).node);
    return Promise.resolve();
  }
}

function unpack(dump: Uint8Array, root: FileNode): void {
  const folders = new Map([['', root]]);
  for (let at = 0; dump[at] !== undefined && dump[at] !== 0;) {
    const path = textAt(dump, at, 100).replaceAll(/^\/|\/$/g, '');
    const size = Number.parseInt(textAt(dump, at + 124, 12), 8);
    const cut = path.lastIndexOf('/');
    const folder = folders.get(path.slice(0, Math.max(0, cut)));
    if (folder === undefined) throw new Error(`The dump has no folder for ${path}.`);
    const add = (mode: number) => folder.node_ops.mknod(folder, path.slice(cut + 1), mode, 0);
    at += BLOCK;
    if (dump[at - BLOCK + 156] === FOLDER) folders.set(path, add(0o40_700));
    else Object.assign(add(0o100_600), { contents: dump.subarray(at, at + size), usedBytes: size });
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** A field of a header, which ends at its first NUL. */
function textAt(dump: Uint8Array, at: number, length: number): string {
  return Buffer.from(dump.subarray(at, at + length))
    .toString('latin1')
    .replace(/\0.*/s, '');
}

function isFileSystem(value: unknown): value is FileSystem {
  return value instanceof Object && 'mkdirTree' in value && 'lookupPath' in value;
}
