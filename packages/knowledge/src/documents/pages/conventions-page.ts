import type { DocumentPage } from '../document-page.ts';
import { code, counted, numeral, pathLink } from '../markdown.ts';
import { withoutExamples } from '../module-facts.ts';
import type { ModuleSummary, OfferedName } from '../module-summary.ts';
import type { Naming } from '../naming.ts';
import { patternTitle, type RulePatterns } from '../page-pattern.ts';
import { PageWriter } from '../page-writer.ts';

/** Fewer files than this show no habit. */
const FEWEST = 5;

/** The rules whose findings are exceptions from a habit, in the order of the page, and the habit that each is about. */
const rules: readonly (readonly [detector: string, habit: string])[] = [
  ['naming-convention', 'Names'],
  ['declared-layer', 'Declared layers'],
  ['crossed-layer', 'Layers that the imports show'],
  ['import-cycle', 'Files without circles'],
  ['untested-code', 'Code that tests reach'],
  ['swallowed-error', 'Errors that are handled'],
  ['disabled-check', 'Checks that are on'],
  ['duplicated-passage', 'Code that stands once'],
  ['giant-file', 'Files of a common length'],
  ['giant-function', 'Functions of a common length'],
];

/** The rules that the page on habits names the findings of. */
export const conventionRules: readonly string[] = rules.map(([detector]) => detector);

/** Findings of one rule that the page names. */
export const MOST_EXCEPTIONS = 5;

/** The part of the page on habits that follows from the modules. It is stored with the page, for patterns change it without any module. */
export interface Habits {
  readonly namings: readonly { readonly form: Naming; readonly files: number; readonly example: string }[];
  readonly tests: number;
  /** Of these, the number in a folder that also has source files. */
  readonly testsBeside: number;
  readonly testExamples: readonly string[];
  readonly exported: number;
  readonly documented: number;
  readonly documentedExample: OfferedName | null;
}

/** Counts in the modules what the page on habits says. */
export function habitsOf(all: readonly ModuleSummary[]): Habits {
  const modules = withoutExamples(all);
  const tested = modules.filter(({ tests }) => tests > 0);
  const beside = tested.filter(({ files }) => files > 0);
  const examples = [beside[0]?.test, tested.find(({ files }) => files === 0)?.test];
  const sum = (of: readonly ModuleSummary[], field: 'tests' | 'exported' | 'documented') =>
    of.reduce((total, module) => total + module[field], 0);
  return {
    namings: namingsOf(modules),
    tests: sum(tested, 'tests'),
    testsBeside: sum(beside, 'tests'),
    testExamples: examples.filter((path) => path != null),
    exported: sum(modules, 'exported'),
    documented: sum(modules, 'documented'),
    documentedExample:
      modules.flatMap(({ offers }) => offers).find(({ isDocumented }) => isDocumented) ?? null,
  };
}

/** The findings of the rules about habits, in the order of the page. */
export function exceptionsOf(patterns: readonly RulePatterns[]): readonly RulePatterns[] {
  return rules.flatMap(([habit]) => patterns.filter(({ detector }) => detector === habit));
}

function namingsOf(modules: readonly ModuleSummary[]): Habits['namings'] {
  const found = new Map<Naming, { form: Naming; files: number; example: string }>();
  for (const { naming, named } of modules)
    // The keys of a summary's counts are the names of forms.
    for (const [form, files] of Object.entries(naming) as [Naming, number][]) {
      const known = found.get(form);
      if (known === undefined) found.set(form, { form, files, example: named[form] ?? '' });
      else known.files += files;
    }
  return [...found.values()].toSorted((a, b) => b.files - a.files || (a.form < b.form ? -1 : 1));
}

/** Writes the page on the habits of the code, each with the number of places that keep it. */
export function conventionsPageOf(habits: Habits, exceptions: readonly RulePatterns[]): DocumentPage {
  const { namings, tests, testsBeside, testExamples, exported, documented, documentedExample } = habits;
  const page = new PageWriter();
  page.heading(1, 'Conventions');
  page.paragraph('Habits that the files of this snapshot show, each with the number of places that keep it.');
  const named = namings.reduce((sum, { files }) => sum + files, 0);
  if (named >= FEWEST) {
    page.heading(2, 'Names of files');
    page.paragraph(`Of ${counted(named, 'source file')} whose names have several words:`);
    for (const { form, files, example } of namings)
      page.item(`${numeral(files)} in ${form}, such as ${pathLink(example)}`, [
        { path: example, startLine: 1, endLine: 1 },
      ]);
  }
  if (tests >= FEWEST) {
    page.heading(2, 'Tests');
    const apart = tests - testsBeside;
    page.paragraph(
      apart === 0 || testsBeside === 0
        ? `All ${numeral(tests)} test files stand in folders of ${apart === 0 ? 'source files' : 'their own'}.`
        : `${numeral(testsBeside)} of ${numeral(tests)} test files stand in folders of source files, ${numeral(apart)} in folders of their own.`,
      testExamples.map((path) => ({ path, startLine: 1, endLine: 1 })),
    );
  }
  if (exported >= FEWEST && documentedExample !== null) {
    const { name, path, line } = documentedExample;
    page.heading(2, 'Doc comments');
    page.paragraph(
      `${numeral(documented)} of ${numeral(exported)} exported definitions have a doc comment, such as ${code(name)}.`,
      [{ path, startLine: line, endLine: line }],
    );
  }
  writeExceptions(page, exceptions);
  return page.page('conventions', 'Conventions');
}

function writeExceptions(page: PageWriter, exceptions: readonly RulePatterns[]): void {
  if (exceptions.length === 0) return;
  page.heading(2, 'Exceptions');
  page.paragraph(
    'Places that depart from what the rest of the code keeps to, as the rules of the analysis found them.',
  );
  for (const { detector, total, patterns } of exceptions) {
    page.heading(3, rules.find(([habit]) => habit === detector)?.[1] ?? detector);
    for (const pattern of patterns) page.item(patternTitle(pattern), pattern.places);
    if (total > patterns.length) page.paragraph(`And ${numeral(total - patterns.length)} more.`);
  }
}
