import type { Detector } from '../detector.ts';
import { LENGTH_CLASSES } from '../digest-file.ts';
import type { FileDigest } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';

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
  find: ({ files }) => {
    const code = [...files].filter(([, file]) => isCode(file));
    if (code.length < FEWEST_FILES) return [];
    const middle = median(code);
    return code
      .filter(([, { lines }]) => lines >= Math.max(LONG_FILE, TIMES * middle))
      .sort(([a, { lines: x }], [b, { lines: y }]) => y - x || (a < b ? -1 : 1))
      .slice(0, MOST_GIANTS)
      .map(([path, { lines }]): FoundPattern => ({
        subject: path,
        kind: 'ANTI_PATTERN',
        severity: 'LOW',
        certainty: 'PROVEN',
        title: `${path} is a giant of about ${lines} lines of code`,
        description: `Half of the source files of this repository have fewer than ${roundUp(middle)} lines of code. Everything that changes in ${path} meets in one place.`,
        suggestion: 'Cut it where its parts do not use each other.',
        places: [{ path, startLine: 1, endLine: 1 }],
      }));
  },
};

/** Functions that are far longer than this repository's other functions. */
export const giantFunction: Detector = {
  name: 'giant-function',
  version: 2,
  reads: ['lengths', 'longFunctions', 'role', 'dialect'],
  find: ({ files }) => {
    const code = [...files].filter(([, file]) => isCode(file) && file.dialect !== 'svelte');
    const classes = lengthClasses(code.map(([, file]) => file));
    const count = classes.reduce((sum, each) => sum + each, 0);
    if (count < 5 * FEWEST_FILES) return [];
    const fewest = Math.max(LONG_FUNCTION, TIMES * middleClass(classes, count));
    return code
      .flatMap(([path, { longFunctions = [] }]) => longFunctions.map((each) => ({ path, ...each })))
      .filter(({ lines }) => lines >= fewest)
      .sort((a, b) => b.lines - a.lines || (a.path < b.path ? -1 : 1) || a.line - b.line)
      .slice(0, MOST_GIANTS)
      .map(({ path, name, line, lines }): FoundPattern => ({
        subject: `${path}\n${name}`,
        kind: 'ANTI_PATTERN',
        severity: 'LOW',
        certainty: 'PROVEN',
        title: `${name} is a giant of about ${lines} lines of code`,
        description: `Half of the functions of this repository have at most ${middleClass(classes, count)} lines of code; ${name} in ${path} has about ${lines}. Comments, empty lines and the functions inside of it are not counted.`,
        suggestion: 'Give its steps names of their own.',
        places: [{ path, startLine: line, endLine: line }],
      }));
  },
};

/** Lists of data and of types are long without being hard to follow. */
const isCode = ({ role, lengths = [] }: FileDigest): boolean =>
  role === 'source' && lengths.reduce((sum, each) => sum + each, 0) > 0;

/** The middle of the lengths, which are few for they are rounded. */
function median(code: readonly (readonly [path: string, file: FileDigest])[]): number {
  const counts = new Map<number, number>();
  for (const [, { lines }] of code) counts.set(lines, (counts.get(lines) ?? 0) + 1);
  let left = code.length >> 1;
  for (const [lines, count] of [...counts].sort(([a], [b]) => a - b)) {
    if (left < count) return lines;
    left -= count;
  }
  return 0;
}

/** Steps that a median does not leave with each sync. */
const roundUp = (lines: number): number => Math.ceil((lines + 1) / 50) * 50;

function lengthClasses(files: readonly FileDigest[]): number[] {
  const classes = new Array<number>(LENGTH_CLASSES.length + 1).fill(0);
  for (const { lengths = [] } of files)
    for (const [at, each] of lengths.entries()) classes[at] = (classes[at] ?? 0) + each;
  return classes;
}

/** The end of the class that holds the middle function. */
function middleClass(classes: readonly number[], count: number): number {
  let seen = 0;
  for (const [at, each] of classes.entries()) {
    seen += each;
    if (seen * 2 >= count) return LENGTH_CLASSES[at] ?? Infinity;
  }
  return Infinity;
}
