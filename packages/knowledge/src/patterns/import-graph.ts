import { strongComponents } from './strong-components.ts';
import { comparePaths } from './tally.ts';

type Paths = ReadonlySet<string>;

const none: Paths = new Set();

/** Imports between files that can be followed both ways, and that change file by file. */
export class ImportGraph {
  /** Every file with the paths that it imports, some of which may be no file. */
  readonly #targets = new Map<string, Paths>();
  readonly #importers = new Map<string, Set<string>>();

  get size(): number {
    return this.#targets.size;
  }

  paths(): IterableIterator<string> {
    return this.#targets.keys();
  }

  /** The paths that a file imports. */
  readonly targets = (path: string): Paths => this.#targets.get(path) ?? none;

  /** The files that import a file. */
  readonly importers = (path: string): Paths =>
    this.#targets.has(path) ? (this.#importers.get(path) ?? none) : none;

  /** Replaces the imports of a file; null for a side where it is not there. */
  change(path: string, before: Paths | null, now: Paths | null): void {
    if (now === null) this.#targets.delete(path);
    else this.#targets.set(path, now);
    for (const to of before ?? none) if (now?.has(to) !== true) this.#dropImporter(to, path);
    for (const to of now ?? none) {
      const importers = this.#importers.get(to);
      if (importers === undefined) this.#importers.set(to, new Set([path]));
      else importers.add(path);
    }
  }

  /**
   * The files that a file reaches by imports and that lead back to it; empty where there is none but itself. Both ways are walked at the
   * same pace: the one that ends first holds the answer, so a new file that no file imports costs nothing.
   */
  circleOf(path: string): Paths {
    const [forth, back] = [new Walk(path, this.targets), new Walk(path, this.importers)];
    while (!forth.isDone && !back.isDone) {
      forth.step();
      back.step();
    }
    const [ended, other] = forth.isDone ? [forth, this.importers] : [back, this.targets];
    const circle = new Walk(path, (at) => [...other(at)].filter((each) => ended.seen.has(each)));
    while (!circle.isDone) circle.step();
    return circle.seen.size > 1 ? circle.seen : none;
  }

  /** The circles among files of which no circle is in part. The paths of each are in order. */
  circlesAmong(region: Paths): string[][] {
    const paths = [...region].sort(comparePaths);
    const numbers = new Map(paths.map((path, number) => [path, number]));
    const targets = paths.map((path) => [...this.targets(path)].flatMap((to) => numbers.get(to) ?? []));
    return strongComponents(targets).map((members) => members.map((member) => paths[member] ?? ''));
  }

  #dropImporter(to: string, path: string): void {
    const importers = this.#importers.get(to);
    importers?.delete(path);
    if (importers?.size === 0) this.#importers.delete(to);
  }
}

/** A walk from file to file, one step at a time. */
class Walk {
  readonly seen: Set<string>;
  readonly #next: (path: string) => Iterable<string>;
  readonly #waiting: string[];

  constructor(from: string, next: (path: string) => Iterable<string>) {
    this.seen = new Set([from]);
    this.#waiting = [from];
    this.#next = next;
  }

  get isDone(): boolean {
    return this.#waiting.length === 0;
  }

  step(): void {
    const at = this.#waiting.pop();
    for (const each of at === undefined ? none : this.#next(at)) {
      if (this.seen.has(each)) continue;
      this.seen.add(each);
      this.#waiting.push(each);
    }
  }
}
