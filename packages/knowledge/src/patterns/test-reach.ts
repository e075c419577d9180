import { folderOf } from '../resolve/paths.ts';
import type { FileDigest } from './file-digest.ts';
import { Counts } from './tally.ts';

const none: readonly string[] = [];

/** The files that tests reach by imports, kept from change to change. */
export class TestReach {
  readonly #targets = new Map<string, readonly string[]>();
  readonly #tests = new Set<string>();
  /** The folders whose files tests see without an import. */
  readonly #seen = new Counts<string>();
  readonly #reached = new Set<string>();
  /** Files from which more may be reached than before. */
  readonly #open = new Set<string>();
  /** Whether less may be reached than before. */
  #isLess = true;

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    const [had, has] = [this.#targets.get(path) ?? none, targetsOf(now)];
    if (now === null) this.#targets.delete(path);
    else this.#targets.set(path, has);
    const isTest = now?.role === 'test';
    const isLost = now === null || (this.#tests.has(path) && !isTest) || had.some((to) => !has.includes(to));
    if (isLost && this.#reached.has(path)) this.#isLess = true;
    if (isTest) this.#tests.add(path);
    else this.#tests.delete(path);
    const [saw, sees] = [seenBy(path, before), seenBy(path, now)];
    if (saw !== sees) {
      this.#countFolder(saw, -1);
      this.#countFolder(sees, 1);
    }
    if (now !== null) this.#open.add(path);
  }

  /** The files that are reached now, and those of them that were not before; null where less may be reached. */
  current(files: ReadonlyMap<string, unknown>): {
    readonly reached: ReadonlySet<string>;
    readonly changed: readonly string[] | null;
  } {
    const isLess = this.#isLess;
    if (isLess) this.#reached.clear();
    const waiting = isLess ? [...files.keys()] : [...this.#open];
    const added: string[] = [];
    const add = (path: string): void => {
      if (this.#reached.has(path)) return;
      this.#reached.add(path);
      added.push(path);
    };
    for (const path of waiting) {
      if (this.#tests.has(path) || this.#seen.get(folderOf(path)) > 0) add(path);
      if (this.#reached.has(path)) for (const to of this.#targets.get(path) ?? none) add(to);
    }
    for (let at = 0; at < added.length; at += 1)
      for (const to of this.#targets.get(added[at] ?? '') ?? none) add(to);
    this.#open.clear();
    this.#isLess = false;
    return { reached: this.#reached, changed: isLess ? null : added };
  }

  #countFolder(folder: string | null, by: 1 | -1): void {
    if (folder === null) return;
    const count = this.#seen.add(folder, by);
    // The files of the folder are reached from now on, or were until now.
    if (count === (by === 1 ? 1 : 0)) this.#isLess = true;
  }
}

const targetsOf = (file: FileDigest | null): readonly string[] => [
  ...new Set(file?.imports?.map(({ to }) => to)),
];

/** Tests of these languages see the files of their package without an import. */
function seenBy(path: string, file: FileDigest | null): string | null {
  if (file?.role !== 'test' || (file.dialect !== 'go' && file.dialect !== 'java')) return null;
  return folderOf(path).replace(/(^|\/)src\/test\//, '$1src/main/');
}
