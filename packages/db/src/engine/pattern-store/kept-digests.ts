import { getHeapStatistics } from 'node:v8';
import type { FileDigest } from '@project-sync/knowledge';

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
export class KeptDigests {
  readonly #kept = new Map<string, Digests>();
  readonly #most: number;
  #files = 0;

  /** A limit of files, of all snapshots together. */
  constructor(most = filesThatFit()) {
    this.#most = most;
  }

  /** The digests of a snapshot for one who changes them: they are not kept any more. */
  take(key: string): Digests | null {
    const found = this.#kept.get(key) ?? null;
    this.#delete(key);
    return found;
  }

  /** The same digests once more; the snapshot keeps its own. */
  copy(key: string): Digests | null {
    const found = this.take(key);
    if (found === null) return null;
    this.set(key, found);
    return new Map(found);
  }

  /** Keeps the digests of a snapshot. Those that were asked for least lately make room for them. */
  set(key: string, digests: Digests): void {
    this.#delete(key);
    if (digests.size > this.#most) return;
    this.#kept.set(key, digests);
    this.#files += digests.size;
    for (const oldest of this.#kept.keys()) {
      if (this.#files <= this.#most) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    this.#files -= this.#kept.get(key)?.size ?? 0;
    this.#kept.delete(key);
  }
}
