import type { Citation, DocumentPage } from '../document-page.ts';
import { code, counted, numeral } from '../markdown.ts';
import { patternTitle, type PagePattern } from '../page-pattern.ts';
import { PageWriter } from '../page-writer.ts';
import type { ModuleSummary } from '../module-summary.ts';
import type { ManifestFacts, NamedPackage } from '../repository-facts.ts';

/** An exported definition of one of the two snapshots. */
export interface ExportedSymbol {
  readonly path: string;
  /** Unique within its file. */
  readonly key: string;
  readonly line: number;
  readonly signature: string | null;
}

/** One side of a comparison: what stands in the files that differ, and the modules of the whole snapshot. */
export interface ChangelogSide {
  readonly symbols: readonly ExportedSymbol[];
  readonly modules: readonly Pick<ModuleSummary, 'path' | 'files' | 'exported'>[];
  readonly manifests: readonly ManifestFacts[];
}

/** The patterns that only one of the two snapshots has, in the order in which people read them. */
export interface PatternChanges {
  readonly appeared: readonly PagePattern[];
  readonly gone: readonly PagePattern[];
}

/** The inputs of a changelog. */
export interface ChangelogInputs {
  readonly before: ChangelogSide;
  readonly after: ChangelogSide;
  /** Null where the two snapshots were not looked at by the same rules. */
  readonly patterns: PatternChanges | null;
  /** The number of files that differ, and how many of them were compared. */
  readonly files: number;
  readonly compared: number;
}

const MOST = 100;

/** Writes what changed between two snapshots: exports, modules and dependencies for those who use the code, and patterns. */
export function changelogPageOf({ before, after, patterns, files, compared }: ChangelogInputs): DocumentPage {
  const page = new PageWriter();
  page.heading(1, 'Changes');
  page.paragraph(
    `${counted(files, 'file')} ${files === 1 ? 'differs' : 'differ'}${compared < files ? `, of which the first ${numeral(compared)} were compared` : ''}.`,
  );
  writeSymbols(page, before.symbols, after.symbols);
  writeModules(page, before.modules, after.modules);
  writeDependencies(page, dependenciesOf(before.manifests), dependenciesOf(after.manifests));
  writePatterns(page, patterns);
  return page.page('changelog', 'Changes');
}

const at = ({ path, line }: { readonly path: string; readonly line: number }): Citation[] => [
  { path, startLine: line, endLine: line },
];

function writeSymbols(
  page: PageWriter,
  before: readonly ExportedSymbol[],
  after: readonly ExportedSymbol[],
): void {
  const place = ({ path, key }: ExportedSymbol) => `${path}\0${key}`;
  const had = new Map(before.map((symbol) => [place(symbol), symbol]));
  const has = new Map(after.map((symbol) => [place(symbol), symbol]));
  const removed = before.filter((symbol) => !has.has(place(symbol)));
  const added = after.filter((symbol) => !had.has(place(symbol)));
  // A definition that went from one file and came in another one has moved.
  const comes = new Map(added.map((symbol) => [`${symbol.key}\0${symbol.signature ?? ''}`, symbol]));
  const moved = removed.flatMap((symbol) => {
    const target = comes.get(`${symbol.key}\0${symbol.signature ?? ''}`);
    return target === undefined ? [] : [{ from: symbol, to: target }];
  });
  const [left, arrived] = [new Set(moved.map(({ from }) => from)), new Set(moved.map(({ to }) => to))];
  section(page, ['Removed', removed.filter((symbol) => !left.has(symbol))], (symbol) =>
    page.item(`${code(symbol.key)} of ${code(symbol.path)}`),
  );
  const changed = after.filter((symbol) => {
    const old = had.get(place(symbol));
    return old !== undefined && old.signature !== symbol.signature;
  });
  section(page, ['Changed', changed], (symbol) =>
    page.item(
      `${code(symbol.key)}: ${code(had.get(place(symbol))?.signature ?? '')} became ${code(symbol.signature ?? '')}`,
      at(symbol),
    ),
  );
  section(page, ['Moved', moved], ({ from, to }) =>
    page.item(`${code(from.key)} from ${code(from.path)} to ${code(to.path)}`, at(to)),
  );
  section(page, ['Added', added.filter((symbol) => !arrived.has(symbol))], (symbol) =>
    page.item(code(symbol.signature ?? symbol.key), at(symbol)),
  );
}

function writeModules(
  page: PageWriter,
  before: ChangelogSide['modules'],
  after: ChangelogSide['modules'],
): void {
  const [had, has] = [new Set(before.map(({ path }) => path)), new Set(after.map(({ path }) => path))];
  const came = after.filter(({ path }) => !had.has(path));
  const went = before.filter(({ path }) => !has.has(path));
  section(page, ['New modules', came], ({ path, files, exported }) =>
    page.item(
      `${code(path === '' ? '.' : path)}, ${counted(files, 'source file')}, ${counted(exported, 'exported name')}`,
    ),
  );
  section(page, ['Modules that went', went], ({ path }) => page.item(code(path === '' ? '.' : path)));
}

function dependenciesOf(manifests: readonly ManifestFacts[]): Map<string, NamedPackage> {
  return new Map(
    manifests.flatMap(({ dependencies }) =>
      dependencies.map((each) => [`${each.path}\0${each.name}`, each] as const),
    ),
  );
}

function writeDependencies(
  page: PageWriter,
  before: ReadonlyMap<string, NamedPackage>,
  after: ReadonlyMap<string, NamedPackage>,
): void {
  section(
    page,
    ['New dependencies', [...after].filter(([key]) => !before.has(key))],
    ([, { name, ...place }]) => page.item(`${code(name)} in ${code(place.path)}`, at(place)),
  );
  section(
    page,
    ['Dependencies that went', [...before].filter(([key]) => !after.has(key))],
    ([, { name, path }]) => page.item(`${code(name)} of ${code(path)}`),
  );
}

function writePatterns(page: PageWriter, patterns: PatternChanges | null): void {
  if (patterns === null) {
    page.heading(2, 'Patterns');
    page.paragraph('They are not compared, because the two snapshots were not looked at by the same rules.');
    return;
  }
  section(page, ['Patterns that appeared', patterns.appeared], (pattern) =>
    page.item(patternTitle(pattern), pattern.places),
  );
  section(page, ['Patterns that went', patterns.gone], (pattern) => page.item(patternTitle(pattern)));
}

/** Writes rows under a heading, which stands only where there are any. */
function section<T>(
  page: PageWriter,
  [heading, rows]: readonly [heading: string, rows: readonly T[]],
  write: (row: T) => void,
): void {
  if (rows.length === 0) return;
  page.heading(2, heading);
  for (const row of rows.slice(0, MOST)) write(row);
  if (rows.length > MOST) page.paragraph(`And ${numeral(rows.length - MOST)} more.`);
}
