import { inputHash } from './document-page.ts';
import { namingOf, type Naming } from './naming.ts';
import { offersOf, onceEach, topOffers, weightiest } from './offered-names.ts';
import { isStandard } from './standard-packages.ts';
import { moduleOf, type FolderImport, type ModuleFacts, type Prose } from './module-facts.ts';

/** Imports of one module by another, or of a package: how many, and where the first one stands. */
export interface Dependency {
  readonly name: string;
  readonly imports: number;
  readonly path: string;
  readonly line: number;
}

/** An exported name at the top of a file. */
export interface OfferedName {
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly isDocumented: boolean;
}

/** The first import of a module by one test file. */
export interface TestedModule {
  readonly name: string;
  readonly path: string;
  readonly line: number;
}

/**
 * What the pages about the whole repository are made from, for one module. It is stored with the module's page, so that
 * a sync reads the folders that it touched and no others.
 */
export interface ModuleSummary {
  readonly path: string;
  readonly files: number;
  readonly tests: number;
  /** Lines of code with two significant digits, by language, so that not every line more rewrites a page. */
  readonly lines: Readonly<Record<string, number>>;
  readonly purpose: Prose | null;
  /** The exported names that carry the module, with the line of each. */
  readonly offers: readonly OfferedName[];
  readonly exported: number;
  readonly documented: number;
  readonly needs: readonly Dependency[];
  readonly packages: readonly Dependency[];
  /** The modules that its test files import. */
  readonly tested: readonly TestedModule[];
  readonly entries: readonly string[];
  readonly naming: Readonly<Partial<Record<Naming, number>>>;
  /** A file of each naming, as an example. */
  readonly named: Readonly<Partial<Record<Naming, string>>>;
  /** A test file, as an example. */
  readonly test: string | null;
  /** The first source files of a module without exported names, for there is no more to say of it. */
  readonly sources: readonly string[];
  /** A hash of the names of its source files: manifests name files, so what the overview says follows them. */
  readonly fileNames: string;
}

const MOST_OFFERED = 8;
const MOST_SOURCES = 4;
const MOST_PACKAGES = 60;
const MOST_TESTED = 500;
const ENTRY = /(^|\/)((main|index|cli|mod)\.[cm]?[jt]sx?|(main|lib)\.rs|(main|cli|manage|__main__)\.py)$/i;
const PROGRAM = /(^|\/)(main|cli|manage|__main__)\.[a-z]{1,5}$|^([^/]+\/)?(server|app)\.[a-z]{1,5}$/i;

/** Sums up the facts of one module. */
export function summaryOf(facts: ModuleFacts): ModuleSummary {
  const { path, files, symbols, purpose } = facts;
  const sources = files.filter(({ isTest }) => !isTest);
  const offered = offersOf(facts);
  const top = weightiest(onceEach(topOffers(facts)), { offered, most: MOST_OFFERED });
  return {
    path,
    files: sources.length,
    tests: files.length - sources.length,
    lines: linesByLanguage(sources),
    purpose,
    offers: top.map(({ qualifiedName, path: file, line, documentation }) => ({
      name: qualifiedName,
      path: file,
      line,
      isDocumented: documentation !== null,
    })),
    exported: offered.length,
    documented: offered.filter(({ documentation }) => documentation !== null).length,
    needs: dependencies(facts, ({ to }) => (to === null || moduleOf(to) === path ? null : moduleOf(to))),
    packages: dependencies(facts, ({ packageName, to, from }) =>
      to !== null || packageName === null || isStandard(from, packageName) ? null : packageName,
    ).slice(0, MOST_PACKAGES),
    tested: testedBy(facts),
    entries: entriesOf(
      sources.map((file) => file.path),
      symbols.length > 0,
    ),
    ...namesOf(sources.map((file) => file.path)),
    test: files.find(({ isTest }) => isTest)?.path ?? null,
    sources: top.length > 0 ? [] : sources.slice(0, MOST_SOURCES).map((file) => file.path),
    fileNames: inputHash(sources.map((file) => file.path)).slice(0, 16),
  };
}

/** Rounds to two significant digits. */
export function roundLines(lines: number): number {
  if (lines < 100) return lines < 10 ? lines : Math.round(lines / 10) * 10;
  const unit = 10 ** (Math.floor(Math.log10(lines)) - 1);
  return Math.round(lines / unit) * unit;
}

function linesByLanguage(files: ModuleFacts['files']): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { language, codeLines } of files) sums.set(language, (sums.get(language) ?? 0) + codeLines);
  const sorted = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([language, lines]) => [language, roundLines(lines)]));
}

function dependencies(
  { files, imports }: ModuleFacts,
  nameOf: (imported: FolderImport) => string | null,
): Dependency[] {
  const tests = new Set(files.filter(({ isTest }) => isTest).map(({ path }) => path));
  const found = new Map<string, Dependency>();
  for (const imported of imports) {
    const name = tests.has(imported.from) ? null : nameOf(imported);
    if (name === null) continue;
    const known = found.get(name);
    found.set(name, {
      name,
      imports: (known?.imports ?? 0) + 1,
      path: known?.path ?? imported.from,
      line: known?.line ?? imported.line,
    });
  }
  return [...found.values()].toSorted((a, b) => b.imports - a.imports || (a.name < b.name ? -1 : 1));
}

function testedBy({ files, imports }: ModuleFacts): TestedModule[] {
  const tests = new Set(files.filter(({ isTest }) => isTest).map(({ path }) => path));
  const found = new Map<string, TestedModule>();
  for (const { from, to, line } of imports) {
    if (to === null || !tests.has(from)) continue;
    const key = `${moduleOf(to)}\0${from}`;
    if (!found.has(key)) found.set(key, { name: moduleOf(to), path: from, line });
  }
  return [...found.values()].slice(0, MOST_TESTED);
}

function entriesOf(paths: readonly string[], hasSymbols: boolean): string[] {
  return paths.filter((path) => PROGRAM.test(path) || (hasSymbols && ENTRY.test(path))).slice(0, 5);
}

function namesOf(paths: readonly string[]): Pick<ModuleSummary, 'naming' | 'named'> {
  const naming: Partial<Record<Naming, number>> = {};
  const named: Partial<Record<Naming, string>> = {};
  for (const path of paths) {
    const found = namingOf(path);
    if (found === null) continue;
    naming[found] = (naming[found] ?? 0) + 1;
    named[found] ??= path;
  }
  return { naming, named };
}
