/** The counts of words in the passages of a project, when `newest` was the ordinal of its newest passage. */
interface KnownCounts {
  readonly newest: bigint;
  /** The time of the first of them. */
  readonly since: number;
  readonly held: Map<string, number>;
}

/** Counts for a statement, and the newest passage that they were taken with. */
interface GivenCounts {
  /** Of each word; -1 where it is not known. */
  readonly held: readonly number[];
  readonly newest: bigint;
}

/** The counts where nothing is remembered. */
export function unknownCounts(words: readonly string[]): GivenCounts {
  return { held: words.map(() => -1), newest: 0n };
}

const MOST_PROJECTS = 50;
const MOST_WORDS = 20_000;
/**
 * A new passage makes all counts void at once. What it cannot show are passages that another process purges, or stores at the same
 * moment as a newer one: after this time the counts are taken anew.
 */
const LIFE_MS = 600_000;

/** Remembers how many passages of a project have a word. Counting the fifty words of an issue took longer than all else in a search. */
export class WordCounts {
  readonly #projects = new Map<string, KnownCounts>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The counts that are known, for the statement to use where no passage is newer. */
  of(projectId: string, words: readonly string[]): GivenCounts {
    const known = this.#projects.get(projectId);
    if (known === undefined || this.#now() - known.since > LIFE_MS) return unknownCounts(words);
    return { held: words.map((word) => known.held.get(word) ?? -1), newest: known.newest };
  }

  /** Keeps what a statement counted or confirmed. */
  learn(projectId: string, words: readonly string[], { held, newest }: GivenCounts): void {
    const before = this.#projects.get(projectId);
    this.#projects.delete(projectId);
    const isValid = before?.newest === newest && this.#now() - before.since <= LIFE_MS;
    const known = isValid && before.held.size < MOST_WORDS ? before : this.#begin(newest);
    for (const [index, word] of words.entries()) known.held.set(word, held[index] ?? 0);
    this.#projects.set(projectId, known);
    for (const oldest of this.#projects.keys()) {
      if (this.#projects.size <= MOST_PROJECTS) break;
      this.#projects.delete(oldest);
    }
  }

  /** Forgets a project whose passages were purged. */
  forget(projectId: string): void {
    this.#projects.delete(projectId);
  }

  #begin(newest: bigint): KnownCounts {
    return { newest, since: this.#now(), held: new Map() };
  }
}
