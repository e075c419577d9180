import type { DocumentPage } from '../document-page.ts';
import { code, counted, languageName, listed, numeral, pathLink, plainText, shorten } from '../markdown.ts';
import { withoutExamples, type Prose } from '../module-facts.ts';
import { PageWriter } from '../page-writer.ts';
import type { ManifestFacts, NamedPackage, RepositoryFacts, ScriptFact } from '../repository-facts.ts';

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
  readonly described: Pick<ManifestFacts, 'path' | 'description' | 'descriptionLine'> | null;
  /** The share of each language in percent, the largest first. */
  readonly languages: readonly (readonly [language: string, percent: number])[];
  readonly files: number;
  readonly tests: number;
  readonly named: readonly NamedPackage[];
  readonly entries: readonly string[];
  readonly scripts: readonly ScriptFact[];
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
}: RepositoryFacts): OverviewInputs {
  const modules = withoutExamples(all);
  const manifests = withoutExamples(found);
  const described = manifests.find((manifest) => isAtRoot(manifest) && manifest.description !== null);
  const named = manifests.flatMap(({ entries }) => entries).slice(0, MOST_ENTRIES);
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
    readme,
    described:
      described === undefined
        ? null
        : {
            path: described.path,
            description: described.description,
            descriptionLine: described.descriptionLine,
          },
    published: publishedBy(manifests),
    languages: shares(modules),
    files: modules.reduce((sum, { files }) => sum + files, 0),
    tests: modules.reduce((sum, { tests }) => sum + tests, 0),
    named,
    entries: otherEntries(modules, named),
    scripts: manifests.filter(isAtRoot).flatMap(({ scripts }) => scripts),
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

/** Files that are programs by their names and stand near the root. */
function otherEntries(modules: RepositoryFacts['modules'], named: readonly NamedPackage[]): string[] {
  const known = new Set(named.map(({ name }) => name));
  const depth = (path: string) => path.split('/').length;
  return modules
    .flatMap(({ entries }) => entries)
    .filter((path) => !known.has(path) && depth(path) <= 4 && !/(^|\/)[\w-]+-tests?\//.test(path))
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
  writeScripts(page, inputs.scripts);
  writePackages(page, inputs);
  writeDependencies(page, inputs);
  return page.page('overview', 'Overview');
}

function writePurpose(page: PageWriter, { readme, described, published }: OverviewInputs): void {
  if (described?.description != null) {
    const { path, description, descriptionLine: line } = described;
    page.paragraph(shorten(plainText(description), 400), [{ path, startLine: line, endLine: line }]);
  }
  if (readme !== null) page.paragraph(shorten(plainText(readme.text), 800), [readme]);
  if (published !== null)
    page.paragraph(`Its package is ${code(published.name)}.`, [
      { path: published.path, startLine: published.line, endLine: published.line },
    ]);
  if (readme === null && described === null)
    page.paragraph('The repository has neither a README nor a manifest that describes it.');
}

function writeLanguages(page: PageWriter, { languages, files, tests }: OverviewInputs): void {
  if (languages.length === 0) {
    page.paragraph('None of its files is source code in a language that is analysed.');
    return;
  }
  page.heading(2, 'Languages');
  const parts = languages.map(
    ([language, percent]) => `${languageName(language)} ${percent === 0 ? 'below 1' : percent} %`,
  );
  page.paragraph(
    `${listed(parts)} of the lines of analysed code, in ${counted(files, 'source file')}. ${counted(tests, 'more file is a test', 'more files are tests')}.`,
  );
}

function writeEntries(page: PageWriter, { named, entries }: OverviewInputs): void {
  if (named.length + entries.length === 0) return;
  page.heading(2, 'Entry points');
  for (const { name, path, line } of named)
    page.item(`${pathLink(name)}, named by ${code(path)}`, [{ path, startLine: line, endLine: line }]);
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

function writeScripts(page: PageWriter, scripts: readonly ScriptFact[]): void {
  if (scripts.length === 0) return;
  page.heading(2, 'Build, test and run');
  const left = new Set(scripts);
  for (const [heading, pattern] of purposes) {
    const own = [...left].filter(({ command }) => pattern.test(scriptName(command))).slice(0, MOST_SCRIPTS);
    for (const script of own) left.delete(script);
    if (own.length === 0) continue;
    page.item(
      `${heading}: ${listed(own.map(({ command }) => code(command)))}`,
      own.map(({ path, line }) => ({ path, startLine: line, endLine: line })),
    );
  }
}

/** The runner's own words, as in `npm run`, say nothing of the script. */
const scriptName = (command: string): string => command.replace(/^(npm run|npm|composer run|make|just) /, '');

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
    page.paragraph(`And ${numeral(allPackages - packages.length)} more packages.`);
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
