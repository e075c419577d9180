import { GlobSet, LONGEST_GLOB } from './glob-set.ts';

/** Why a file is only listed and its content not split. */
export type IgnoredReason = 'VENDORED' | 'GENERATED' | 'MINIFIED' | 'LOCKFILE' | 'IGNORED';

/** The rules of a repository. */
export interface IgnoreRules {
  /** The reason of the last rule that matches a path: null where that rule includes the file, undefined without a rule. */
  reasonOf(path: string): IgnoredReason | null | undefined;
}

/** The texts that rules are read from, in the order in which they are applied. */
export interface RuleTexts {
  readonly gitattributes: string | null;
  readonly projectsyncignore: string | null;
  /** The rules that people set here beside those of the repository, written in the same way. */
  readonly stored?: string | undefined;
}

/** Why a rule does not do what its writer may have meant. */
type RuleProblem =
  'TOO_MANY_LINES' | 'TOO_LONG' | 'TOO_COSTLY' | 'NAMES_NOTHING' | 'OPEN_BRACKET' | 'BACKSLASH';

/** The lines of each text that are read. */
const MOST_LINES = 5000;
/** The lines whose problems are listed: a text of another kind has one in each. */
const MOST_PROBLEMS = 50;

interface Rule {
  readonly glob: string;
  readonly reason: IgnoredReason | null;
}

/**
 * Reads `.gitattributes` (linguist-generated, linguist-vendored) and `.projectsyncignore`, which is written like
 * .gitignore, and after them the rules that are stored here.
 */
export function parseIgnoreRules({ gitattributes, projectsyncignore, stored }: RuleTexts): IgnoreRules {
  const rules = [
    ...linesOf(gitattributes).flatMap(attributeRule),
    ...linesOf(projectsyncignore).flatMap(ignoreRule),
    ...linesOf(stored ?? null).flatMap(ignoreRule),
  ];
  const globs = new GlobSet(rules.map(({ glob }) => glob));
  return { reasonOf: (path) => rules[globs.lastMatch(path)]?.reason };
}

/** Finds the lines of the stored rules that match nothing, or something else than they look like. Lines count from 1. */
export function ruleProblems(texts: RuleTexts): { readonly line: number; readonly problem: RuleProblem }[] {
  const lines = (texts.stored ?? '').split('\n');
  const before = [
    ...linesOf(texts.gitattributes).flatMap(attributeRule),
    ...linesOf(texts.projectsyncignore).flatMap(ignoreRule),
  ].map(({ glob }) => glob);
  const read = lines
    .slice(0, MOST_LINES)
    .flatMap((text, index) => ignoreRule(text).map(({ glob }) => ({ glob, line: index + 1 })));
  const matched = new GlobSet([...before, ...read.map(({ glob }) => glob)]).size - before.length;
  const found = read.flatMap(({ glob, line }, index) => {
    const problem = index >= matched ? 'TOO_COSTLY' : problemOf(glob);
    return problem === null ? [] : [{ line, problem }];
  });
  const beyond = lines.slice(MOST_LINES).some((text) => ignoreRule(text).length > 0);
  return [
    ...found.slice(0, MOST_PROBLEMS),
    ...(beyond ? [{ line: MOST_LINES + 1, problem: 'TOO_MANY_LINES' as const }] : []),
  ];
}

function problemOf(glob: string): RuleProblem | null {
  if (glob.length > LONGEST_GLOB) return 'TOO_LONG';
  if (/^[/\s]*$/.test(glob)) return 'NAMES_NOTHING';
  // A bracket without its partner is a plain character, and a backslash leads to no folder.
  const plain = glob.replaceAll(/\\[^\p{L}\p{N}]/gu, '');
  if (plain.includes('[') && !/\[[^/]+\]/.test(plain)) return 'OPEN_BRACKET';
  return plain.includes('\\') ? 'BACKSLASH' : null;
}

function linesOf(text: string | null): string[] {
  return (text ?? '').split('\n', MOST_LINES);
}

/** The rule of a line of `.gitattributes`. Of several attributes on a line the last decides. */
function attributeRule(line: string): Rule[] {
  const [glob = '', ...attributes] = line.trim().split(/\s+/);
  if (glob === '' || glob.startsWith('#')) return [];
  const last = attributes
    .map((attribute) => /^(-|!)?linguist-(generated|vendored)(?:=(true|false))?$/.exec(attribute))
    .findLast((match) => match !== null);
  if (last === undefined || last === null) return [];
  if (last[1] !== undefined || last[3] === 'false') return [{ glob, reason: null }];
  return [{ glob, reason: last[2] === 'generated' ? 'GENERATED' : 'VENDORED' }];
}

function ignoreRule(line: string): Rule[] {
  const text = line.trimEnd();
  if (text === '' || text.startsWith('#')) return [];
  return text.startsWith('!') ? [{ glob: text.slice(1), reason: null }] : [{ glob: text, reason: 'IGNORED' }];
}
