import { pathKind } from '../../rank/path-kind.ts';
import type { Citation, DocumentPage } from '../document-page.ts';
import { code, counted, numeral, shorten } from '../markdown.ts';
import { patternTitle, type PagePattern } from '../page-pattern.ts';
import { isPrivate } from '../offered-names.ts';
import { PageWriter } from '../page-writer.ts';
import { plainSignature } from '../plain-signature.ts';
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

/** Tests, examples and benchmarks are used by no one outside of the repository. */
const isUsed = ({ path, key, signature }: ExportedSymbol): boolean =>
  !/^(test|example|generated)$/.test(pathKind(path)) && !isPrivate({ path, qualifiedName: key, signature });

/** The definitions that users may trip over, with what is no part of their declaration taken off it. */
const comparable = (symbols: readonly ExportedSymbol[]): ExportedSymbol[] =>
  symbols
    .filter(isUsed)
    .map((symbol) => ({ ...symbol, signature: plainSignature({ ...symbol, name: nameOf(symbol) }) }));

function writeSymbols(
  page: PageWriter,
  before: readonly ExportedSymbol[],
  after: readonly ExportedSymbol[],
): void {
  const { removed, changed, moved, added } = exportChanges(comparable(before), comparable(after));
  section(page, ['Removed', withMembers(removed)], ({ symbol, members }) =>
    page.item(`${named(symbol)} of ${code(symbol.path)}${andMembers(members)}`),
  );
  section(page, ['Changed', changed], ({ from, to }) => {
    const [before, after] = aroundDifference(from.signature ?? '', to.signature ?? '');
    page.item(`${named(to)}: ${code(before)} became ${code(after)}`, at(to));
  });
  section(
    page,
    ['Moved', withMembers(moved.map(({ to, from }) => ({ ...to, from })))],
    ({ symbol, members }) =>
      page.item(
        `${named(symbol)} from ${code(symbol.from.path)} to ${code(symbol.path)}${andMembers(members)}`,
        at(symbol),
      ),
  );
  section(page, ['Added', withMembers(added)], ({ symbol, members }) => {
    const says = symbol.signature === null ? '' : `: ${signatureOf(symbol)}`;
    page.item(`${named(symbol)}${says}${andMembers(members)}`, at(symbol));
  });
}

const LONGEST_SIGNATURE = 240;
/** The characters before the first difference of two long signatures that are shown. */
const SHOWN_BEFORE = 60;

/** Two signatures; where they are long, from a little before their first difference on. */
function aroundDifference(before: string, after: string): readonly [string, string] {
  const longer = Math.max(before.length, after.length);
  let same = 0;
  while (same < longer && before[same] === after[same]) same += 1;
  const start = before.lastIndexOf(' ', Math.max(0, same - SHOWN_BEFORE)) + 1;
  const from = longer > LONGEST_SIGNATURE && same > SHOWN_BEFORE ? start : 0;
  const show = (text: string): string =>
    shorten(`${from > 0 ? '…' : ''}${text.slice(from)}`, LONGEST_SIGNATURE);
  return [show(before), show(after)];
}

const signatureOf = ({ signature }: ExportedSymbol): string =>
  code(shorten(signature ?? '', LONGEST_SIGNATURE));
/** The key of a second definition of one name ends with its number. */
const named = ({ key }: ExportedSymbol): string => code(key.replace(/~\d+$/, ''));
const nameOf = ({ key }: ExportedSymbol): string => key.slice(key.lastIndexOf('.') + 1).replace(/~\d+$/, '');
const andMembers = (members: number): string => (members === 0 ? '' : `, with ${counted(members, 'member')}`);

interface ExportChanges {
  readonly removed: readonly ExportedSymbol[];
  readonly changed: readonly { readonly from: ExportedSymbol; readonly to: ExportedSymbol }[];
  readonly moved: readonly { readonly from: ExportedSymbol; readonly to: ExportedSymbol }[];
  readonly added: readonly ExportedSymbol[];
}

function exportChanges(before: readonly ExportedSymbol[], after: readonly ExportedSymbol[]): ExportChanges {
  const place = ({ path, key }: ExportedSymbol) => `${path}\0${key}`;
  const had = new Map(before.map((symbol) => [place(symbol), symbol]));
  const has = new Map(after.map((symbol) => [place(symbol), symbol]));
  const [keysBefore, keysAfter] = [keysOf(before), keysOf(after)];
  const removed = before.filter((symbol) => !has.has(place(symbol)) && !isReopened(symbol, keysAfter));
  const added = after.filter((symbol) => !had.has(place(symbol)) && !isReopened(symbol, keysBefore));
  // A definition that went from one file and came in another one has moved; two that went can't both be it.
  const comes = new Map(added.map((symbol) => [`${symbol.key}\0${symbol.signature ?? ''}`, symbol]));
  const moved = removed.flatMap((from) => {
    const key = `${from.key}\0${from.signature ?? ''}`;
    const to = comes.get(key);
    comes.delete(key);
    return to === undefined ? [] : [{ from, to }];
  });
  const [left, arrived] = [new Set(moved.map(({ from }) => from)), new Set(moved.map(({ to }) => to))];
  const changed = after.flatMap((to) => {
    const from = had.get(place(to));
    return from === undefined || from.signature === to.signature ? [] : [{ from, to }];
  });
  return {
    removed: removed.filter((symbol) => !left.has(symbol)),
    changed,
    moved,
    added: added.filter((symbol) => !arrived.has(symbol)),
  };
}

const keysOf = (symbols: readonly ExportedSymbol[]): ReadonlySet<string> =>
  new Set(symbols.map(({ key }) => key));

/** In Ruby many files open the same module or class: that one of them does it no more is no change of it. */
const isReopened = ({ path, key, signature }: ExportedSymbol, elsewhere: ReadonlySet<string>): boolean =>
  path.endsWith('.rb') && /^(module|class) /.test(signature ?? '') && elsewhere.has(key);

/** A class that came or went brings or takes its members: they are counted with it, and not named. */
function withMembers<S extends ExportedSymbol>(
  symbols: readonly S[],
): { readonly symbol: S; readonly members: number }[] {
  const owners = new Map(symbols.map((symbol) => [`${symbol.path}\0${symbol.key}`, { symbol, members: 0 }]));
  const found: { symbol: S; members: number }[] = [];
  for (const [place, own] of owners) {
    const owner = ownersOf(place).find((each) => owners.has(each));
    const around = owner === undefined ? undefined : owners.get(owner);
    if (around === undefined) found.push(own);
    else around.members += 1;
  }
  return found;
}

/** The definitions around a definition, the outermost first. */
function ownersOf(place: string): string[] {
  const found: string[] = [];
  for (let dot = place.indexOf('.', place.indexOf('\0')); dot > 0; dot = place.indexOf('.', dot + 1))
    found.push(place.slice(0, dot));
  return found;
}

function writeModules(
  page: PageWriter,
  before: ChangelogSide['modules'],
  after: ChangelogSide['modules'],
): void {
  // A folder of tests is no module to those who use the code.
  const [old, now] = [before, after].map((all) => all.filter(({ files }) => files > 0));
  const [had, has] = [old, now].map((all) => new Set(all?.map(({ path }) => path)));
  const came = now?.filter(({ path }) => had?.has(path) !== true) ?? [];
  const went = old?.filter(({ path }) => has?.has(path) !== true) ?? [];
  section(page, ['New modules', came], ({ path, files, exported }) =>
    page.item(
      `${code(path === '' ? '.' : path)}, ${counted(files, 'source file')}${exported === 0 ? '' : `, ${counted(exported, 'exported name')}`}`,
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
