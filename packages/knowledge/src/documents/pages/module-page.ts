import type { Citation, DocumentPage } from '../document-page.ts';
import { readDocComment } from '../doc-comment.ts';
import {
  aboutLines,
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
import { isExample, moduleOf, modulePage, type FolderSymbol, type ModuleFacts } from '../module-facts.ts';
import { summaryOf, type Dependency, type ModuleSummary, type TestedModule } from '../module-summary.ts';
import { offersOf, onceEach, topOffers, weightiest } from '../offered-names.ts';
import { PageWriter } from '../page-writer.ts';

/** The part of a module's page that follows from its own files. */
export interface ModuleOwn {
  readonly summary: ModuleSummary;
  readonly offers: readonly Offer[];
  readonly longest: readonly LongDefinition[];
}

/** A list as a page shows it: its first entries, and the number of all. */
interface Shown<T> {
  readonly first: readonly T[];
  readonly all: number;
}

/** The modules around a module: who imports it, which tests do, and which stand below it. */
export interface ModuleSurroundings {
  readonly neededBy: readonly Dependency[];
  readonly testedBy: readonly TestedModule[];
  readonly below: readonly string[];
}

/** All that the page of a module says. */
export interface ModulePageInputs
  extends
    Pick<ModuleSummary, 'path' | 'files' | 'tests' | 'lines' | 'purpose' | 'exported' | 'documented'>,
    Pick<ModuleOwn, 'offers' | 'longest'> {
  readonly needs: Shown<Dependency>;
  readonly packages: Shown<Dependency>;
  readonly neededBy: Shown<Dependency>;
  /** Folders of examples and benchmarks that import it too. */
  readonly examples: number;
  readonly testedBy: Shown<TestedModule>;
  readonly below: Shown<string>;
  /** Test files of its own folder that do not import it, and the first test file there. */
  readonly beside: { readonly count: number; readonly example: string } | null;
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
  const top = onceEach(topOffers(facts));
  const shown = new Set(weightiest(top, { offered: offersOf(facts), most: MOST_OFFERS }));
  return {
    summary: summaryOf(facts),
    offers: top
      .filter((symbol) => shown.has(symbol))
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

/** Chooses what the page of a module says of it and of those around it. */
export function modulePageInputs(
  { summary, offers, longest }: ModuleOwn,
  { neededBy, testedBy, below }: ModuleSurroundings,
): ModulePageInputs {
  const { path, files, tests, lines, purpose, exported, documented, needs, packages, test } = summary;
  const beside = tests - testedBy.filter((each) => moduleOf(each.path) === path).length;
  const users = neededBy.filter(({ name }) => !isExample(name));
  return {
    path,
    files,
    tests,
    lines,
    purpose,
    exported,
    documented,
    offers,
    longest,
    needs: shown(needs, MOST_NEIGHBOURS),
    packages: shown(packages, MOST_NEIGHBOURS),
    neededBy: shown(users, MOST_NEIGHBOURS),
    examples: neededBy.length - users.length,
    testedBy: shown(testedBy, MOST_TESTS),
    below: shown(below, MOST_NEIGHBOURS),
    beside: beside > 0 && files > 0 && test !== null ? { count: beside, example: test } : null,
  };
}

const shown = <T>(list: readonly T[], most: number): Shown<T> => ({
  first: list.slice(0, most),
  all: list.length,
});

/** Writes the page of one module: its offer, whom it needs, who needs it, its tests and its longest functions. */
export function modulePageOf(inputs: ModulePageInputs): DocumentPage {
  const { path, purpose } = inputs;
  const page = new PageWriter();
  page.heading(1, path === '' ? 'The root folder' : code(path));
  const says = purpose === null ? '' : shorten(plainText(readDocComment(purpose.text).words), 600);
  if (purpose !== null && says !== '') page.paragraph(says, [purpose]);
  page.paragraph(sizeOf(inputs));
  writeOffers(page, inputs);
  writeBelow(page, inputs.below);
  writeNeeds(page, inputs);
  writeNeededBy(page, inputs);
  writeTests(page, inputs);
  writeLongest(page, inputs.longest);
  return page.page(modulePage(path), path === '' ? 'The root folder' : path);
}

function sizeOf({ files, tests, lines, exported, documented }: ModulePageInputs): string {
  const languages = Object.entries(lines).map(
    ([language, count]) => `${aboutLines(count)} of ${languageName(language)}`,
  );
  if (files === 0) return `${counted(tests, 'test file')}.`;
  const size = languages.length === 0 ? '' : `, ${listed(languages)}`;
  const tested = tests === 0 ? '' : ` and ${counted(tests, 'test file')}`;
  const offers =
    exported === 0
      ? 'It exports nothing.'
      : `It exports ${counted(exported, 'name')}, ${documented === 0 ? 'none' : numeral(documented)} of them with a doc comment.`;
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

function writeOffers(page: PageWriter, { offers, exported }: ModulePageInputs): void {
  if (offers.length === 0) return;
  page.heading(2, 'Offers');
  for (const { name, kind, says, path, line } of offers)
    page.item(
      `${code(name)}, ${kindWords[kind] ?? kind.toLowerCase()}${says === null || says === '' ? '' : `: ${says}`}`,
      [{ path, startLine: line, endLine: line }],
    );
  if (exported > offers.length)
    page.paragraph(
      `Members and further names are in its reference: ${numeral(exported)} exported names in all.`,
    );
}

function writeBelow(page: PageWriter, below: Shown<string>): void {
  if (below.all === 0) return;
  page.heading(2, 'Modules below it');
  for (const path of below.first) page.item(pathLink(path));
  more(page, below);
}

function writeNeeds(page: PageWriter, { needs, packages }: ModulePageInputs): void {
  if (needs.all + packages.all === 0) return;
  page.heading(2, 'Needs');
  for (const need of needs.first)
    page.item(`${neighbour(need.name)}: ${counted(need.imports, 'import')}`, [placeOf(need)]);
  more(page, needs);
  if (packages.all === 0) return;
  const others = packages.all - packages.first.length;
  const names = packages.first.map(({ name }) => code(name)).join(', ');
  page.item(
    `From outside of the repository: ${names}${others > 0 ? ` and ${numeral(others)} more` : ''}`,
    packages.first.map(placeOf),
  );
}

function writeNeededBy(page: PageWriter, { neededBy, examples }: ModulePageInputs): void {
  if (neededBy.all + examples === 0) return;
  page.heading(2, 'Needed by');
  for (const user of neededBy.first)
    page.item(`${neighbour(user.name)}: ${counted(user.imports, 'import')}`, [placeOf(user)]);
  if (examples > 0)
    page.item(counted(examples, 'folder of examples and benchmarks', 'folders of examples and benchmarks'));
  more(page, neededBy);
}

function writeTests(page: PageWriter, { testedBy, beside, lines, files }: ModulePageInputs): void {
  if (files === 0 && testedBy.all === 0) return;
  page.heading(2, 'Tests');
  // Tests of Go belong to the package that they test, and import nothing of it.
  if (beside !== null)
    page.paragraph(
      `${counted(beside.count, 'test file')} beside its sources, such as ${pathLink(beside.example)}.`,
      [{ path: beside.example, startLine: 1, endLine: 1 }],
    );
  if (testedBy.all === 0 && beside === null)
    page.paragraph(
      'rust' in lines
        ? 'No test file imports this module. Tests inside of its source files are not counted.'
        : 'No test file imports this module.',
    );
  for (const test of testedBy.first) page.item(pathLink(test.path), [placeOf(test)]);
  more(page, testedBy);
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

function more(page: PageWriter, { first, all }: Shown<unknown>): void {
  if (all > first.length) page.paragraph(`And ${numeral(all - first.length)} more.`);
}
