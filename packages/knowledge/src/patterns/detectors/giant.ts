import type { Detector, Tally } from '../detector.ts';
import { LENGTH_CLASSES } from '../digest-file.ts';
import type { FileDigest, LongFunction } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';
import { comparePaths, Groups } from '../tally.ts';

const FEWEST_FILES = 20;
const MOST_GIANTS = 5;
/** Lines that are many anywhere, and the number of times that they exceed the repository's own middle. */
const LONG_FILE = 800;
const LONG_FUNCTION = 150;
const TIMES = 6;

/** Files that are far longer than this repository's other files. */
export const giantFile: Detector = {
  name: 'giant-file',
  version: 2,
  reads: ['lines', 'role', 'lengths', 'exports', 'findings'],
  tally: () => new FileLengths(),
};

/** Functions that are far longer than this repository's other functions. */
export const giantFunction: Detector = {
  name: 'giant-function',
  version: 2,
  reads: ['lengths', 'longFunctions', 'role', 'dialect'],
  tally: () => new FunctionLengths(),
};

/** Lists of data and of types are long without being hard to follow. */
const isCode = ({ role, lengths = [] }: FileDigest): boolean =>
  role === 'source' && lengths.reduce((sum, each) => sum + each, 0) > 0;

/** The files of code by their lines, which are few different numbers for they are rounded. */
class FileLengths implements Tally {
  readonly #files = new Groups<number, true>();
  #count = 0;

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    if (before !== null && isCode(before)) {
      this.#files.drop(before.lines, path);
      this.#count -= 1;
    }
    if (now !== null && isCode(now)) {
      this.#files.put(now.lines, path, true);
      this.#count += 1;
    }
  }

  find(): FoundPattern[] {
    if (this.#count < FEWEST_FILES) return [];
    const middle = this.#median();
    return [...this.#files.entries()]
      .filter(([lines]) => lines >= Math.max(LONG_FILE, TIMES * middle))
      .flatMap(([lines, group]) => [...group.keys()].map((path) => ({ path, lines })))
      .sort((a, b) => b.lines - a.lines || comparePaths(a.path, b.path))
      .slice(0, MOST_GIANTS)
      .map((each) => giantOf(each, middle));
  }

  #median(): number {
    let left = this.#count >> 1;
    for (const [lines, { size }] of [...this.#files.entries()].sort(([a], [b]) => a - b)) {
      if (left < size) return lines;
      left -= size;
    }
    return 0;
  }
}

const giantOf = (
  { path, lines }: { readonly path: string; readonly lines: number },
  middle: number,
): FoundPattern => ({
  subject: path,
  kind: 'ANTI_PATTERN',
  severity: 'LOW',
  certainty: 'PROVEN',
  title: `${path} is a giant of about ${lines} lines of code`,
  description: `Half of the source files of this repository have fewer than ${roundUp(middle)} lines of code. Everything that changes in ${path} meets in one place.`,
  suggestion: 'Cut it where its parts do not use each other.',
  places: [{ path, startLine: 1, endLine: 1 }],
});

/** The functions of code by the class of their length, and the long ones by their file. */
class FunctionLengths implements Tally {
  readonly #classes = new Array<number>(LENGTH_CLASSES.length + 1).fill(0);
  readonly #long = new Map<string, readonly LongFunction[]>();

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    this.#countClasses(before, -1);
    this.#countClasses(now, 1);
    const long = isOfFunctions(now) ? now.longFunctions?.filter(({ lines }) => lines >= LONG_FUNCTION) : [];
    if (long === undefined || long.length === 0) this.#long.delete(path);
    else this.#long.set(path, long);
  }

  find(): FoundPattern[] {
    const count = this.#classes.reduce((sum, each) => sum + each, 0);
    if (count < 5 * FEWEST_FILES) return [];
    const middle = middleClass(this.#classes, count);
    return [...this.#long]
      .flatMap(([path, own]) => own.map((each) => ({ path, ...each })))
      .filter(({ lines }) => lines >= Math.max(LONG_FUNCTION, TIMES * middle))
      .sort((a, b) => b.lines - a.lines || comparePaths(a.path, b.path) || a.line - b.line)
      .slice(0, MOST_GIANTS)
      .map((each) => giantFunctionOf(each, middle));
  }

  #countClasses(file: FileDigest | null, by: 1 | -1): void {
    if (!isOfFunctions(file)) return;
    for (const [at, each] of file.lengths?.entries() ?? [])
      this.#classes[at] = (this.#classes[at] ?? 0) + by * each;
  }
}

const isOfFunctions = (file: FileDigest | null): file is FileDigest =>
  file !== null && isCode(file) && file.dialect !== 'svelte';

const giantFunctionOf = (
  { path, name, line, lines }: LongFunction & { readonly path: string },
  middle: number,
): FoundPattern => ({
  subject: `${path}\n${name}`,
  kind: 'ANTI_PATTERN',
  severity: 'LOW',
  certainty: 'PROVEN',
  title: `${name} is a giant of about ${lines} lines of code`,
  description: `Half of the functions of this repository have at most ${middle} lines of code; ${name} in ${path} has about ${lines}. Comments, empty lines and the functions inside of it are not counted.`,
  suggestion: 'Give its steps names of their own.',
  places: [{ path, startLine: line, endLine: line }],
});

/** Steps that a median does not leave with each sync. */
const roundUp = (lines: number): number => Math.ceil((lines + 1) / 50) * 50;

/** The end of the class that holds the middle function. */
function middleClass(classes: readonly number[], count: number): number {
  let seen = 0;
  for (const [at, each] of classes.entries()) {
    seen += each;
    if (seen * 2 >= count) return LENGTH_CLASSES[at] ?? Infinity;
  }
  return Infinity;
}
