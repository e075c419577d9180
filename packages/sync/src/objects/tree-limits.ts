import { SyncError } from '../sync-error.ts';
import { showPath, type GitPath } from './git-path.ts';

/** The largest repository that is read. A few small trees that list one another can name billions of files. */
export interface TreeLimits {
  /** Files and folders of one commit. */
  readonly maxEntries: number;
  /** Folders inside one another. */
  readonly maxDepth: number;
  readonly maxNameBytes: number;
  readonly maxPathBytes: number;
  /** All paths together: a million long ones would fill the memory. */
  readonly maxListedBytes: number;
}

/**
 * Defaults above every public repository known to us; the length of names follows Git's own limit. Each level is read
 * after the one above it, so depth is time.
 */
export const defaultTreeLimits: TreeLimits = {
  maxEntries: 1_000_000,
  maxDepth: 512,
  maxNameBytes: 4096,
  maxPathBytes: 16_384,
  maxListedBytes: 256 << 20,
};

/** Refuses a folder that lies too deep, while the levels are still being read. */
export function checkDepth(depth: number, { maxDepth } = defaultTreeLimits): void {
  if (depth > maxDepth) throw tooLarge(`It has more than ${maxDepth} folders inside one another.`, null);
}

/** Counts the entries of a commit as they are met, so that reading stops before memory is exhausted. */
export class TreeSize {
  readonly #limits: TreeLimits;
  #entries = 0;
  #bytes = 0;

  constructor(limits: TreeLimits = defaultTreeLimits) {
    this.#limits = limits;
  }

  /** Counts one entry; throws REPOSITORY_TOO_LARGE beyond a limit. */
  add(path: GitPath, name: string): void {
    const { maxEntries, maxNameBytes, maxPathBytes, maxListedBytes } = this.#limits;
    this.#entries += 1;
    this.#bytes += path.length;
    if (this.#entries > maxEntries) throw tooMany(maxEntries);
    if (this.#bytes > maxListedBytes)
      throw tooLarge(`Its paths have more than ${maxListedBytes >> 20} MB together.`, null);
    if (name.length > maxNameBytes) throw tooLarge(`It has a name of more than ${maxNameBytes} bytes.`, path);
    if (path.length > maxPathBytes) throw tooLarge(`It has a path of more than ${maxPathBytes} bytes.`, path);
  }

  /** Throws if this number of further entries would be beyond the limit; they are counted when they are met. */
  expect(entries: number): void {
    const { maxEntries } = this.#limits;
    if (this.#entries + entries > maxEntries) throw tooMany(maxEntries);
  }

  /** Checks the number of folders inside one another. */
  enterLevel(depth: number): void {
    checkDepth(depth, this.#limits);
  }
}

function tooMany(maxEntries: number): SyncError {
  return tooLarge(`It lists more than ${maxEntries} files and folders.`, null);
}

const SHOWN_BYTES = 200;

function tooLarge(reason: string, path: GitPath | null): SyncError {
  return new SyncError(
    'REPOSITORY_TOO_LARGE',
    `The repository is too large to be synced. ${reason} Sync a smaller branch.`,
    path === null ? {} : { subject: showPath(path.slice(0, SHOWN_BYTES) as GitPath) },
  );
}
