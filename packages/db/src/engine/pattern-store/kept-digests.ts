import type { FileDigest } from '@project-sync/knowledge';

/** Files whose digests a worker keeps, of all snapshots together: some 60 MB. */
const MOST_FILES = 50_000;

type Digests = ReadonlyMap<string, FileDigest>;

/**
 * The digests of the snapshots that a worker looked at last. The next sync of a branch finds them here, so that a new file
 * costs no unpacking of all others. The digests of a finalized snapshot never change, so what is here is what is stored.
 */
export class KeptDigests {
  readonly #kept = new Map<string, Digests>();
  #files = 0;

  get(key: string): Digests | null {
    const found = this.#kept.get(key);
    if (found === undefined) return null;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found;
  }

  /** Keeps the digests of a snapshot. Those that were asked for least lately make room for them. */
  set(key: string, digests: Digests): void {
    this.delete(key);
    if (digests.size > MOST_FILES) return;
    this.#kept.set(key, digests);
    this.#files += digests.size;
    for (const oldest of this.#kept.keys()) {
      if (this.#files <= MOST_FILES) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#files -= this.#kept.get(key)?.size ?? 0;
    this.#kept.delete(key);
  }
}
