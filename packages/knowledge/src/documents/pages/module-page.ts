import type { Citation, DocumentPage } from '../document-page.ts';
import {
  code,
  counted,
  firstSentence,
  languageName,
  listed,
  numeral,
  pathLink,
  plainText,
  shorten,
} from '../markdown.ts';
import { modulePage, moduleName, type FolderSymbol, type ModuleFacts } from '../module-facts.ts';
import {
  offersOf,
  summaryOf,
  type Dependency,
  type ModuleSummary,
  type TestedModule,
} from '../module-summary.ts';
import { PageWriter } from '../page-writer.ts';

/** The part of a module's page that follows from its own files. */
export interface ModuleOwn {
  readonly summary: ModuleSummary;
  readonly offers: readonly Offer[];
  readonly longest: readonly LongDefinition[];
}

/** The inputs of a module's page. */
export interface ModulePageInputs extends ModuleOwn {
  /** The modules whose source files import it. */
  readonly neededBy: readonly Dependency[];
  /** The test files that import it. */
  readonly testedBy: readonly TestedModule[];
}

interface Offer {
  readonly name: string;
  readonly kind: string;
  readonly says: string | null;
  readonly path: string;
  readonly line: number;
}

interface LongDefinition extends Citation {
  readonly name: string;
  /** With two significant digits. */
  readonly lines: number;
}

const MOST_OFFERS = 40;
const MOST_NEIGHBOURS = 25;
const MOST_TESTS = 20;
const MOST_LONG = 5;
const LONG_DEFINITION = 60;

/** Chooses from a module's facts what its page says. */
export function moduleOwn(facts: ModuleFacts): ModuleOwn {
  const offered = offersOf(facts).filter(({ qualifiedName }) => !/[.#:]/.test(qualifiedName));
  return {
    summary: summaryOf(facts),
    offers: onceEach(offered)
      .slice(0, MOST_OFFERS)
      .map((symbol) => ({
        name: symbol.qualifiedName,
        kind: symbol.kind,
        says: symbol.documentation === null ? null : firstSentence(symbol.documentation),
        path: symbol.path,
        line: symbol.line,
      })),
    longest: longestOf(facts),
  };
}

/** A name that conditions or overloads define several times is one offer; one letter is a variable of types. */
function onceEach(symbols: readonly FolderSymbol[]): FolderSymbol[] {
  const found = new Map<string, FolderSymbol>();
  for (const symbol of symbols) {
    const key = `${symbol.path}\0${symbol.qualifiedName}`;
    if (symbol.qualifiedName.length > 1 && !found.has(key)) found.set(key, symbol);
  }
  return [...found.values()];
}

function longestOf({ symbols, files }: ModuleFacts): LongDefinition[] {
  const tests = new Set(files.filter(({ isTest }) => isTest).map(({ path }) => path));
  const size = ({ startLine, endLine }: FolderSymbol) => endLine - startLine + 1;
  return symbols
    .filter((symbol) => isCallable(symbol) && size(symbol) >= LONG_DEFINITION && !tests.has(symbol.path))
    .toSorted((a, b) => size(b) - size(a) || (a.path < b.path ? -1 : 1))
    .slice(0, MOST_LONG)
    .map(({ qualifiedName, path, startLine, endLine }) => ({
      name: qualifiedName,
      path,
      startLine,
      endLine,
      lines: endLine - startLine + 1,
    }));
}

const isCallable = ({ kind }: FolderSymbol): boolean => kind === 'FUNCTION' || kind === 'METHOD';

/** Writes the page of one module: its offer, whom it needs, who needs it, its tests and its longest functions. */
export function modulePageOf(inputs: ModulePageInputs): DocumentPage {
  const { summary } = inputs;
  const page = new PageWriter();
  const title = moduleName(summary.path);
  page.heading(1, summary.path === '' ? 'The root folder' : code(summary.path));
  if (summary.purpose !== null)
    page.paragraph(shorten(plainText(summary.purpose.text), 600), [summary.purpose]);
  page.paragraph(sizeOf(summary));
  writeOffers(page, inputs);
  writeNeeds(page, summary);
  writeNeededBy(page, inputs.neededBy);
  writeTests(page, inputs);
  writeLongest(page, inputs.longest);
  return page.page(modulePage(summary.path), summary.path === '' ? 'The root folder' : title);
}

function sizeOf({ files, tests, lines, exported, documented }: ModuleSummary): string {
  const languages = Object.entries(lines).map(
    ([language, count]) => `${counted(count, 'line')} of ${languageName(language)}`,
  );
  const size = languages.length === 0 ? '' : `, about ${listed(languages)}`;
  const tested = tests === 0 ? '' : ` and ${counted(tests, 'test file')}`;
  const offers =
    exported === 0
      ? 'It exports nothing.'
      : `It exports ${counted(exported, 'name')}, ${numeral(documented)} of them with a doc comment.`;
  return `${counted(files, 'source file')}${tested}${size}. ${offers}`;
}

const kindWords: Readonly<Record<string, string>> = {
  CLASS: 'class',
  INTERFACE: 'interface',
  TYPE: 'type',
  ENUM: 'enum',
  FUNCTION: 'function',
  METHOD: 'method',
  CONSTANT: 'constant',
  VARIABLE: 'variable',
  MODULE: 'module',
  NAMESPACE: 'namespace',
  FIELD: 'field',
};

function writeOffers(page: PageWriter, { offers, summary }: ModulePageInputs): void {
  if (offers.length === 0) return;
  page.heading(2, 'Offers');
  for (const { name, kind, says, path, line } of offers)
    page.item(
      `${code(name)}, ${kindWords[kind] ?? kind.toLowerCase()}${says === null || says === '' ? '' : `: ${says}`}`,
      [{ path, startLine: line, endLine: line }],
    );
  if (summary.exported > offers.length)
    page.paragraph(
      `Members and further names are in its reference: ${numeral(summary.exported)} exported names in all.`,
    );
}

function writeNeeds(page: PageWriter, { needs, packages }: ModuleSummary): void {
  if (needs.length + packages.length === 0) return;
  page.heading(2, 'Needs');
  for (const need of needs.slice(0, MOST_NEIGHBOURS))
    page.item(`${neighbour(need.name)}: ${counted(need.imports, 'import')}`, [placeOf(need)]);
  more(page, needs.length, MOST_NEIGHBOURS);
  if (packages.length === 0) return;
  const shown = packages.slice(0, MOST_NEIGHBOURS);
  const others = packages.length > shown.length ? ` and ${numeral(packages.length - shown.length)} more` : '';
  page.item(
    `From outside of the repository: ${shown.map(({ name }) => code(name)).join(', ')}${others}`,
    shown.map(placeOf),
  );
}

function writeNeededBy(page: PageWriter, neededBy: readonly Dependency[]): void {
  if (neededBy.length === 0) return;
  page.heading(2, 'Needed by');
  for (const user of neededBy.slice(0, MOST_NEIGHBOURS))
    page.item(`${neighbour(user.name)}: ${counted(user.imports, 'import')}`, [placeOf(user)]);
  more(page, neededBy.length, MOST_NEIGHBOURS);
}

function writeTests(page: PageWriter, { testedBy, summary }: ModulePageInputs): void {
  page.heading(2, 'Tests');
  if (testedBy.length === 0)
    page.paragraph(
      summary.tests === 0
        ? 'No test file imports this module.'
        : `${counted(summary.tests, 'test file')} of its own, none of which imports it directly.`,
      summary.test === null ? [] : [{ path: summary.test, startLine: 1, endLine: 1 }],
    );
  for (const test of testedBy.slice(0, MOST_TESTS)) page.item(pathLink(test.path), [placeOf(test)]);
  more(page, testedBy.length, MOST_TESTS);
}

function writeLongest(page: PageWriter, longest: readonly LongDefinition[]): void {
  if (longest.length === 0) return;
  page.heading(2, 'Longest functions');
  for (const { name, lines, ...place } of longest)
    page.item(`${code(name)}: ${counted(lines, 'line')}`, [
      { path: place.path, startLine: place.startLine, endLine: place.endLine },
    ]);
}

const neighbour = (path: string): string => (path === '' ? 'the root folder' : pathLink(path));

function placeOf({ path, line }: { readonly path: string; readonly line: number }): Citation {
  return { path, startLine: line, endLine: line };
}

function more(page: PageWriter, all: number, shown: number): void {
  if (all > shown) page.paragraph(`And ${numeral(all - shown)} more.`);
}
