import { getHeapStatistics } from 'node:v8';
import type { FileDigest } from '@project-sync/knowledge';
import { KeptSnapshots } from '../kept-snapshots.ts';

/** The memory that a file's digest takes, together with what rules keep of it. */
const BYTES_OF_A_FILE = 3500;

/** The files that a tenth of the memory of a process holds: some hundred thousand of 4 GB. */
const filesThatFit = (): number => Math.floor(getHeapStatistics().heap_size_limit / 10 / BYTES_OF_A_FILE);

type Digests = Map<string, FileDigest>;

/**
 * The digests of the snapshots that a worker looked at last. The next sync of a branch finds them here, so that a new file
 * costs no unpacking of all others. They belong to one snapshot each: the next sync of the branch takes them out, and puts them back
 * as those of its own snapshot.
 */
export class KeptDigests extends KeptSnapshots<Digests> {
  /** A limit of files, of all snapshots together. */
  constructor(most = filesThatFit()) {
    super(most, ({ size }) => size);
  }

  /** The same digests once more; the snapshot keeps its own. */
  copy(key: string): Digests | null {
    const found = this.get(key);
    return found === null ? null : new Map(found);
  }
}
