import { folderOf } from '../../resolve/paths.ts';
import type { DigestedSnapshot, Detector } from '../detector.ts';
import type { FileDigest } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';

/** Below these numbers nothing is said: code may be tested in ways that no import shows. */
const FEWEST_TESTS = 5;
const SMALLEST_REACH = 0.6;
const FEWEST_FILES = 3;
/** Folders of programs that are started, not imported. */
const ofPrograms =
  /(?:^|\/)(?:cli|bin|cmd|commands?|scripts?|tools?|bench\w*|training|www|docs?|site|website)(?:\/|$)/;

/** Languages whose tests import what they test. */
const languages: Readonly<Record<string, string>> = {
  typescript: 'script',
  tsx: 'script',
  javascript: 'script',
  svelte: 'script',
  python: 'python',
  go: 'go',
  java: 'java',
  php: 'php',
};

/** Files with exported code that no test reaches by imports, folder by folder, where most code is reached. */
export const untestedCode: Detector = {
  name: 'untested-code',
  version: 2,
  reads: ['imports', 'role', 'dialect', 'exports', 'lengths'],
  find: (snapshot) => {
    const tests = testsByLanguage(snapshot);
    if (![...tests.values()].some((count) => count >= FEWEST_TESTS)) return [];
    const reached = reachedByTests(snapshot);
    const started = programsUnderTest(snapshot);
    const code = new Map<string, { path: string; file: FileDigest; isReached: boolean }[]>();
    for (const [path, file] of snapshot.files) {
      const language = languages[file.dialect];
      if (language === undefined) continue;
      if (!hasCode(file) || started.some((folder) => path.startsWith(folder))) continue;
      const own = code.get(language) ?? [];
      code.set(language, own);
      own.push({ path, file, isReached: reached.has(path) });
    }
    return [...code].flatMap(([language, files]) => {
      const share = files.filter(({ isReached }) => isReached).length / files.length;
      if ((tests.get(language) ?? 0) < FEWEST_TESTS || share < SMALLEST_REACH) return [];
      const left = files.filter(({ isReached }) => !isReached);
      return [...Map.groupBy(left, ({ path }) => folderOf(path))].flatMap(([folder, own]) =>
        own.length < FEWEST_FILES || ofPrograms.test(folder) ? [] : [untestedFolder(folder, own)],
      );
    });
  },
};

function testsByLanguage({ files }: DigestedSnapshot): Map<string, number> {
  const tests = new Map<string, number>();
  for (const { role, dialect } of files.values()) {
    const language = role === 'test' ? languages[dialect] : undefined;
    if (language !== undefined) tests.set(language, (tests.get(language) ?? 0) + 1);
  }
  return tests;
}

/** The folders of programs that tests run in a browser or from outside: no import leads from those to what they test. */
function programsUnderTest({ files }: DigestedSnapshot): string[] {
  const folders = new Set<string>();
  for (const [path, { role }] of files) {
    const folder = role === 'test' ? /^(.*\/|)(?:e2e|cypress|playwright)\//.exec(path)?.[1] : undefined;
    if (folder !== undefined && files.has(`${folder}package.json`)) folders.add(folder);
  }
  return [...folders];
}

/** Source files with functions that others may call. */
const hasCode = ({ role, exports = [], lengths = [] }: FileDigest): boolean =>
  role === 'source' && exports.length > 0 && lengths.some((count) => count > 0);

function reachedByTests({ files, graph }: DigestedSnapshot): Set<string> {
  const reached = new Set<number>();
  const waiting: number[] = [];
  const add = (number: number | undefined): void => {
    if (number === undefined || reached.has(number)) return;
    reached.add(number);
    waiting.push(number);
  };
  const testFolders = new Set<string>();
  for (const [path, { role, dialect }] of files) {
    if (role !== 'test') continue;
    add(graph.numbers.get(path));
    // Tests of these languages see the files of their package without an import.
    if (dialect === 'go' || dialect === 'java')
      testFolders.add(folderOf(path).replace(/(^|\/)src\/test\//, '$1src/main/'));
  }
  for (const path of testFolders.size === 0 ? [] : files.keys())
    if (testFolders.has(folderOf(path))) add(graph.numbers.get(path));
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop())
    for (const target of graph.targets[number] ?? []) add(target);
  return new Set([...reached].map((number) => graph.path(number)));
}

function untestedFolder(
  folder: string,
  own: readonly { readonly path: string; readonly file: FileDigest }[],
): FoundPattern {
  return {
    subject: own.map(({ path }) => path).join('\n'),
    kind: 'TESTING',
    severity: 'LOW',
    certainty: 'LIKELY',
    title: `No test imports ${own.length} files of ${folder === '' ? 'the root' : folder}, not even through others`,
    description: `From the tests, imports lead to most of the code, and to none of ${own
      .slice(0, 6)
      .map(({ path }) => path)
      .join(
        ', ',
      )}${own.length > 6 ? ` and ${own.length - 6} more` : ''}. A test that starts a program or a browser may still run them.`,
    suggestion: 'Test them, or what uses them.',
    places: own.map(({ path, file }) => {
      const line = file.exports?.[0]?.line ?? 1;
      return { path, startLine: line, endLine: line };
    }),
  };
}
