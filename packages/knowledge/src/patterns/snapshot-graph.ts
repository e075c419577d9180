import type { FileDigest } from './file-digest.ts';

function sortedOnce(numbers: number[]): number[] {
  numbers.sort((a, b) => a - b);
  const isOnce = numbers.every((number, index) => number !== numbers[index - 1]);
  return isOnce ? numbers : numbers.filter((number, index) => number !== numbers[index - 1]);
}

/** The imports between the files of a snapshot, as numbers. */
export class SnapshotGraph {
  readonly paths: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  /** The files that each file imports, sorted and without repetitions; types and values alike. */
  readonly targets: readonly (readonly number[])[];
  /** The same without imports that bring in types alone, and those that a function makes when it runs. */
  readonly valueTargets: readonly (readonly number[])[];
  /** How many source files import each file. */
  readonly importers: Uint32Array;

  constructor(files: ReadonlyMap<string, FileDigest>) {
    this.paths = [...files.keys()];
    this.numbers = new Map(this.paths.map((path, number) => [path, number]));
    this.importers = new Uint32Array(this.paths.length);
    const targets: number[][] = [];
    const valueTargets: number[][] = [];
    for (const [path, { imports = [], role }] of files) {
      const all: number[] = [];
      const values: number[] = [];
      for (const { to, isType, isLate } of imports) {
        const number = to === path ? undefined : this.numbers.get(to);
        if (number === undefined) continue;
        all.push(number);
        if (isType !== true && isLate !== true) values.push(number);
      }
      const distinct = sortedOnce(all);
      if (role === 'source')
        for (const number of distinct) this.importers[number] = (this.importers[number] ?? 0) + 1;
      targets.push(distinct);
      valueTargets.push(values.length === all.length ? distinct : sortedOnce(values));
    }
    this.targets = targets;
    this.valueTargets = valueTargets;
  }

  path(number: number): string {
    return this.paths[number] ?? '';
  }
}
