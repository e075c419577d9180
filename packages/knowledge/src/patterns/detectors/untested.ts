import { folderOf } from '../../resolve/paths.ts';
import type { DigestedSnapshot, Detector, Tally } from '../detector.ts';
import type { FileDigest } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';
import { comparePaths, Counts, Groups } from '../tally.ts';
import { TestReach } from '../test-reach.ts';

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
  tally: () => new TestTally(),
};

interface CountedCode {
  readonly language: string;
  readonly isReached: boolean;
}

/** The files that tests reach, and the code that they could reach. */
class TestTally implements Tally {
  readonly #reach = new TestReach();
  readonly #tests = new Counts<string>();
  /** Folders of programs that tests run in a browser or from outside, as far as there is a program. */
  readonly #outside = new Counts<string>();
  readonly #code = new Map<string, CountedCode>();
  readonly #all = new Counts<string>();
  /** The files that no test reaches, by language and folder. */
  readonly #left = new Groups<string, true>();
  readonly #changed = new Set<string>();
  #started: readonly string[] = [];

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    this.#countTest(path, before, -1);
    this.#countTest(path, now, 1);
    this.#reach.count(path, before, now);
    this.#changed.add(path);
  }

  find({ files }: DigestedSnapshot): FoundPattern[] {
    const { reached, changed } = this.#reach.current(files);
    const started = [...this.#outside.entries()].flatMap(([folder]) =>
      files.has(`${folder}package.json`) ? [folder] : [],
    );
    // No import leads from those tests to what they test.
    const isOther = started.sort().join('\n') !== this.#started.join('\n');
    this.#started = started;
    for (const path of isOther || changed === null
      ? [...files.keys(), ...this.#changed]
      : [...this.#changed, ...changed])
      this.#place(path, files.get(path), reached.has(path));
    this.#changed.clear();
    return [...this.#all.entries()]
      .sort(([a], [b]) => comparePaths(a, b))
      .flatMap(([language, count]) => this.#untestedIn(language, count, files));
  }

  #countTest(path: string, file: FileDigest | null, by: 1 | -1): void {
    if (file?.role !== 'test') return;
    const language = languages[file.dialect];
    if (language !== undefined) this.#tests.add(language, by);
    const folder = /^(.*\/|)(?:e2e|cypress|playwright)\//.exec(path)?.[1];
    if (folder !== undefined) this.#outside.add(folder, by);
  }

  #place(path: string, file: FileDigest | undefined, isReached: boolean): void {
    const before = this.#code.get(path);
    if (before !== undefined) {
      this.#code.delete(path);
      this.#all.add(before.language, -1);
      if (!before.isReached) this.#left.drop(`${before.language}\n${folderOf(path)}`, path);
    }
    const language = file === undefined ? undefined : languages[file.dialect];
    if (file === undefined || language === undefined || !hasCode(file)) return;
    if (this.#started.some((folder) => path.startsWith(folder))) return;
    this.#code.set(path, { language, isReached });
    this.#all.add(language, 1);
    if (!isReached) this.#left.put(`${language}\n${folderOf(path)}`, path, true);
  }

  #untestedIn(language: string, count: number, files: DigestedSnapshot['files']): FoundPattern[] {
    if (this.#tests.get(language) < FEWEST_TESTS) return [];
    const folders = [...this.#left.entries()].filter(([key]) => key.startsWith(`${language}\n`));
    const left = folders.reduce((sum, [, { size }]) => sum + size, 0);
    if ((count - left) / count < SMALLEST_REACH) return [];
    return folders
      .map(([key, group]) => ({
        folder: key.slice(language.length + 1),
        paths: [...group.keys()],
      }))
      .filter(({ folder, paths }) => paths.length >= FEWEST_FILES && !ofPrograms.test(folder))
      .sort((a, b) => comparePaths(a.folder, b.folder))
      .map(({ folder, paths }) => untestedFolder(folder, paths.sort(comparePaths), files));
  }
}

/** Source files with functions that others may call. */
const hasCode = ({ role, exports = [], lengths = [] }: FileDigest): boolean =>
  role === 'source' && exports.length > 0 && lengths.some((count) => count > 0);

function untestedFolder(
  folder: string,
  paths: readonly string[],
  files: DigestedSnapshot['files'],
): FoundPattern {
  return {
    subject: paths.join('\n'),
    kind: 'TESTING',
    severity: 'LOW',
    certainty: 'LIKELY',
    title: `No test imports ${paths.length} files of ${folder === '' ? 'the root' : folder}, not even through others`,
    description: `From the tests, imports lead to most of the code, and to none of ${paths
      .slice(0, 6)
      .join(
        ', ',
      )}${paths.length > 6 ? ` and ${paths.length - 6} more` : ''}. A test that starts a program or a browser may still run them.`,
    suggestion: 'Test them, or what uses them.',
    places: paths.map((path) => {
      const line = files.get(path)?.exports?.[0]?.line ?? 1;
      return { path, startLine: line, endLine: line };
    }),
  };
}
