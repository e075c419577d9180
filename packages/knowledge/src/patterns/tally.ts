import type { DigestedSnapshot, Tally } from './detector.ts';
import type { FileDigest } from './file-digest.ts';
import type { FoundPattern } from './found-pattern.ts';

/** A rule that looks at all files again after a change of what it takes from one. */
interface WholeRule {
  readonly takes: (path: string, file: FileDigest) => unknown;
  readonly find: (snapshot: DigestedSnapshot) => readonly FoundPattern[];
  /** Whether its findings follow from more than that, and all that it takes then. */
  readonly mayAsk?: (snapshot: DigestedSnapshot) => boolean;
  readonly takesThen?: (path: string, file: FileDigest) => unknown;
}

/** The tally of a rule about what few files have: it looks at all of them again when one of these changed. */
export function wholeTally({ takes, find, mayAsk, takesThen = takes }: WholeRule): Tally {
  let found: readonly FoundPattern[] | null = null;
  let asks = false;
  const taken = (path: string, file: FileDigest | null): string | undefined =>
    file === null ? undefined : JSON.stringify((asks ? takesThen : takes)(path, file));
  return {
    count: (path, before, now) => {
      if (found !== null && taken(path, before) !== taken(path, now)) found = null;
    },
    find: (snapshot) => {
      if (found !== null) return found;
      asks = mayAsk?.(snapshot) === true;
      return (found = find(snapshot));
    },
  };
}

/** Numbers by a key, without those that are 0. */
export class Counts<K> {
  readonly #counts = new Map<K, number>();

  get(key: K): number {
    return this.#counts.get(key) ?? 0;
  }

  /** Returns the new number. */
  add(key: K, by: number): number {
    const count = this.get(key) + by;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
    return count;
  }

  entries(): IterableIterator<[K, number]> {
    return this.#counts.entries();
  }
}

interface Single<V> {
  readonly path: string;
  readonly value: V;
}

/** Values by a key and a path, without keys that have none. Most keys have one path, and that needs no map of its own. */
export class Groups<K, V> {
  readonly #groups = new Map<K, Single<V> | Map<string, V>>();

  get(key: K): ReadonlyMap<string, V> | undefined {
    const group = this.#groups.get(key);
    return group === undefined ? undefined : mapOf(group);
  }

  put(key: K, path: string, value: V): void {
    const group = this.#groups.get(key);
    if (group === undefined || (!(group instanceof Map) && group.path === path))
      this.#groups.set(key, { path, value });
    else this.#groups.set(key, mapOf(group).set(path, value));
  }

  drop(key: K, path: string): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    if (group instanceof Map) group.delete(path);
    if (group instanceof Map ? group.size === 0 : group.path === path) this.#groups.delete(key);
  }

  *entries(): Generator<[K, ReadonlyMap<string, V>]> {
    for (const [key, group] of this.#groups) yield [key, mapOf(group)];
  }
}

const mapOf = <V>(group: Single<V> | Map<string, V>): Map<string, V> =>
  group instanceof Map ? group : new Map([[group.path, group.value]]);

/** The order of paths in all that rules find. */
export const comparePaths = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
