import type { DocumentPage } from '../document-page.ts';
import { code, counted, languageName, listed, numeral, pathLink, plainText, shorten } from '../markdown.ts';
import { withoutExamples, type Prose } from '../module-facts.ts';
import { PageWriter } from '../page-writer.ts';
import type {
  EntryPoint,
  ManifestFacts,
  NamedPackage,
  RepositoryFacts,
  ScriptFact,
} from '../repository-facts.ts';

const MOST_PARTS = 40;
const MOST_DEPENDENCIES = 30;
const MOST_SCRIPTS = 30;
const MOST_ENTRIES = 15;
const MOST_LANGUAGES = 8;

/** A package of the repository other than the one at its root. */
type PackageFacts = Pick<ManifestFacts, 'path' | 'name' | 'nameLine' | 'description'>;

/** The inputs of the first page. */
export interface OverviewInputs {
  readonly name: string;
  readonly readme: Prose | null;
  /** The name under which the root's manifest publishes it. */
  readonly published: NamedPackage | null;
  readonly described: Prose | null;
  /** The share of each language in percent, the largest first. */
  readonly languages: readonly (readonly [language: string, percent: number])[];
  readonly files: number;
  readonly tests: number;
  readonly named: readonly EntryPoint[];
  /** Entry points beyond those shown. */
  readonly otherNamed: number;
  readonly entries: readonly string[];
  readonly scripts: readonly ScriptFact[];
  readonly commands: readonly ScriptFact[];
  readonly packages: readonly PackageFacts[];
  readonly allPackages: number;
  readonly dependencies: readonly NamedPackage[];
  readonly allDependencies: number;
}

const isAtRoot = ({ path }: { readonly path: string }): boolean => !path.includes('/');

/** Chooses from the facts of a repository what its first page says. */
export function overviewInputs({
  name,
  readme,
  modules: all,
  manifests: found,
  commands,
}: RepositoryFacts): OverviewInputs {
  const modules = withoutExamples(all);
  const manifests = withoutExamples(found);
  const described = manifests.find((manifest) => isAtRoot(manifest) && manifest.description !== null);
  const allNamed = uniqueEntries(manifests);
  const named = allNamed.slice(0, MOST_ENTRIES);
  const packages = manifests.filter((manifest) => !isAtRoot(manifest) && manifest.name !== null);
  const first = new Map(
    manifests
      .flatMap(({ dependencies }) => dependencies)
      .map((each) => [each.name, each] as const)
      .toReversed(),
  );
  const own = new Set(manifests.map((manifest) => manifest.name));
  const needed = [...first.values()]
    .filter((each) => !own.has(each.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    name,
    ...purposeOf(readme, described),
    published: publishedBy(manifests),
    languages: shares(modules),
    files: modules.reduce((sum, { files }) => sum + files, 0),
    tests: modules.reduce((sum, { tests }) => sum + tests, 0),
    named,
    otherNamed: allNamed.length - named.length,
    entries: otherEntries(modules, named),
    scripts: manifests.filter(isAtRoot).flatMap(({ scripts }) => scripts),
    commands,
    packages: packages.slice(0, MOST_PARTS).map((each) => ({
      path: each.path,
      name: each.name,
      nameLine: each.nameLine,
      description: each.description,
    })),
    allPackages: packages.length,
    dependencies: needed.slice(0, MOST_DEPENDENCIES),
    allDependencies: needed.length,
  };
}

/** Each file once, though a manifest names several builds of it. */
function uniqueEntries(manifests: readonly ManifestFacts[]): EntryPoint[] {
  const found = new Map<string, EntryPoint>();
  for (const entry of manifests.flatMap(({ entries }) => entries))
    if (!found.has(entry.name)) found.set(entry.name, entry);
  return [...found.values()];
}

function publishedBy(manifests: readonly ManifestFacts[]): NamedPackage | null {
  const manifest = manifests.find((each) => isAtRoot(each) && each.name !== null);
  return manifest?.name == null
    ? null
    : { name: manifest.name, path: manifest.path, line: manifest.nameLine };
}

function shares(modules: RepositoryFacts['modules']): (readonly [string, number])[] {
  const lines = new Map<string, number>();
  for (const module of modules)
    for (const [language, count] of Object.entries(module.lines))
      lines.set(language, (lines.get(language) ?? 0) + count);
  const total = [...lines.values()].reduce((sum, count) => sum + count, 0);
  return [...lines]
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_LANGUAGES)
    .map(([language, count]) => [language, total === 0 ? 0 : Math.round((100 * count) / total)] as const);
}

/** Files that are programs by their names and stand near the root; with a manifest that names any, nearer still. */
function otherEntries(modules: RepositoryFacts['modules'], named: readonly EntryPoint[]): string[] {
  const known = new Set(named.map(({ name }) => name));
  const deepest = named.length > 0 ? 2 : 4;
  const depth = (path: string) => path.split('/').length;
  return modules
    .flatMap(({ entries }) => entries)
    .filter((path) => !known.has(path) && depth(path) <= deepest && !/(^|\/)[\w-]+-tests?\//.test(path))
    .toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
    .slice(0, Math.max(0, MOST_ENTRIES - named.length));
}

/** Writes the first page: what the repository is, its languages, its entry points, and how to build, test and run it. */
export function overviewPageOf(inputs: OverviewInputs): DocumentPage {
  const page = new PageWriter();
  page.heading(1, plainText(inputs.name));
  writePurpose(page, inputs);
  writeLanguages(page, inputs);
  writeEntries(page, inputs);
  writeScripts(page, inputs);
  writePackages(page, inputs);
  writeDependencies(page, inputs);
  return page.page('overview', 'Overview');
}

/** The manifest's description and the README's first words; where one says what the other does, that other one alone. */
function purposeOf(
  readme: Prose | null,
  manifest: ManifestFacts | undefined,
): Pick<OverviewInputs, 'readme' | 'described'> {
  const { path = '', descriptionLine: line = 1 } = manifest ?? {};
  const told = readme === null ? null : { ...readme, text: shorten(plainText(readme.text), 800) };
  const own =
    manifest?.description == null
      ? null
      : { path, startLine: line, endLine: line, text: shorten(plainText(manifest.description), 400) };
  if (own === null || told === null) return { readme: told, described: own };
  if (told.text.length >= own.text.length && saysAll(told.text, own.text))
    return { readme: told, described: null };
  return { readme: saysAll(own.text, told.text) ? null : told, described: own };
}

function writePurpose(page: PageWriter, { readme, described, published }: OverviewInputs): void {
  if (described !== null) page.paragraph(ended(described.text), [described]);
  if (readme !== null) page.paragraph(ended(readme.text), [readme]);
  if (published !== null)
    page.paragraph(`Its package is ${code(published.name)}.`, [
      { path: published.path, startLine: published.line, endLine: published.line },
    ]);
  if (readme === null && described === null)
    page.paragraph('Neither a README nor a manifest at its root describes the repository.');
}

/** The share of the words of a text that another one has too, from which on it need not be read as well. */
const SAME = 0.75;

function saysAll(text: string, other: string): boolean {
  const words = (of: string) => new Set(of.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const [said, asked] = [words(text), words(other)];
  return [...asked].filter((word) => said.has(word)).length >= SAME * asked.size;
}

/** A paragraph that leads to a list or an example ends with a full stop here. */
const ended = (text: string): string => text.replace(/\s*:$/, '.');

function writeLanguages(page: PageWriter, { languages, files, tests }: OverviewInputs): void {
  if (languages.length === 0) {
    page.paragraph('None of its files is source code in a language that is analysed.');
    return;
  }
  page.heading(2, 'Languages');
  const parts = languages.map(
    ([language, percent]) => `${languageName(language)} ${shareOf(percent, languages.length)} %`,
  );
  page.paragraph(
    `${listed(parts)} of the lines of analysed code, in ${counted(files, 'source file')}. ${counted(tests, 'more file is a test', 'more files are tests')}.`,
  );
}

function shareOf(percent: number, languages: number): string {
  if (percent === 0) return 'below 1';
  return percent === 100 && languages > 1 ? 'above 99' : String(percent);
}

function writeEntries(page: PageWriter, { named, otherNamed, entries }: OverviewInputs): void {
  if (named.length + entries.length === 0) return;
  page.heading(2, 'Entry points');
  for (const { name, path, line, built } of named)
    page.item(
      built === null
        ? `${pathLink(name)}, named by ${code(path)}`
        : `${pathLink(name)}, for ${code(built)} in ${code(path)}`,
      [{ path, startLine: line, endLine: line }],
    );
  if (otherNamed > 0) page.item(`${numeral(otherNamed)} more that manifests name`);
  for (const path of entries) page.item(pathLink(path), [{ path, startLine: 1, endLine: 1 }]);
}

const purposes: readonly (readonly [heading: string, name: RegExp])[] = [
  ['Build', /(^|[\s:-])(build|compile|bundle|dist|prepare|generate|install|setup)\b/],
  [
    'Test and check',
    /(^|[\s:-])(tests?|check|lint|typecheck|types|format|fmt|coverage|bench|e2e|ci|verify|audit)\b/,
  ],
  ['Run', /(^|[\s:-])(start|dev|serve|watch|run|preview|up|docker)\b/],
  ['Other', /./],
];

function writeScripts(page: PageWriter, { scripts, commands }: OverviewInputs): void {
  if (scripts.length + commands.length === 0) return;
  page.heading(2, 'Build, test and run');
  const installed = scripts.filter(({ command, path }) => /\.toml$/.test(path) && !command.includes(' '));
  if (installed.length > 0)
    page.item(
      `Commands that come with the package: ${listed(installed.map(({ command }) => code(command)))}`,
      installed.map(({ path, line }) => ({ path, startLine: line, endLine: line })),
    );
  const left = new Set(scripts.filter((script) => !installed.includes(script)));
  for (const [heading, pattern] of purposes) {
    const own = [...left].filter(({ command }) => pattern.test(scriptName(command))).slice(0, MOST_SCRIPTS);
    for (const script of own) left.delete(script);
    if (own.length === 0) continue;
    page.item(
      `${heading}: ${listed(own.map(({ command }) => code(command)))}`,
      own.map(({ path, line }) => ({ path, startLine: line, endLine: line })),
    );
  }
  if (commands.length > 0)
    page.item(
      `Continuous integration runs ${listed(commands.map(({ command }) => code(command)))}`,
      commands.map(({ path, line }) => ({ path, startLine: line, endLine: line })),
    );
}

/** The runner's own words, as in `npm run`, say nothing of the script. */
const scriptName = (command: string): string =>
  command.replace(/^(npm run|npm|composer run|make|just|rake|tox -e|pdm run|hatch run|poe) /, '');

function writePackages(page: PageWriter, { packages, allPackages }: OverviewInputs): void {
  if (packages.length === 0) return;
  page.heading(2, 'Packages');
  for (const { name, nameLine, path, description } of packages) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    const says = description === null ? '' : `: ${shorten(plainText(description), 240)}`;
    page.item(`${code(name ?? folder)} in ${pathLink(folder)}${says}`, [
      { path, startLine: nameLine, endLine: nameLine },
    ]);
  }
  if (allPackages > packages.length)
    page.paragraph(`And ${counted(allPackages - packages.length, 'more package')}.`);
}

function writeDependencies(page: PageWriter, { dependencies, allDependencies }: OverviewInputs): void {
  if (dependencies.length === 0) return;
  page.heading(2, 'Depends on');
  const names = dependencies.map(({ name }) => code(name));
  const others = allDependencies - dependencies.length;
  page.paragraph(
    `${others > 0 ? `${names.join(', ')} and ${numeral(others)} more` : listed(names)}.`,
    dependencies.map(({ path, line }) => ({ path, startLine: line, endLine: line })),
  );
}
