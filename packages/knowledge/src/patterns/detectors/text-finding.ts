import { folderOf } from '../../resolve/paths.ts';
import type { Detector } from '../detector.ts';
import type { DigestFinding, FileDigest } from '../file-digest.ts';
import type { FoundPattern, PatternKind, PatternSeverity } from '../found-pattern.ts';
import { wholeTally } from '../tally.ts';

/** The words of a rule that one text shows by itself. */
interface Words {
  readonly rule: string;
  readonly version: number;
  readonly kind: PatternKind;
  readonly severity: PatternSeverity;
  readonly title: (where: string, finding: DigestFinding, isPlural: boolean) => string;
  readonly description: string;
  readonly suggestion: string;
  /** Whether the text alone does not prove it. */
  readonly isLikely?: boolean;
  /** Whether the findings of one folder are judged together. */
  readonly isOfFolder?: boolean;
}

const inside = ({ inside: name }: DigestFinding, path: string): string => name ?? path;

const swallowed: Words = {
  rule: 'swallowed-error',
  version: 1,
  kind: 'ANTI_PATTERN',
  severity: 'MEDIUM',
  title: (path, finding) => `${inside(finding, path)} swallows an error`,
  description: 'The error is caught and thrown away, without a word why that is right.',
  suggestion: 'Handle it, pass it on, or say in a comment why nothing is lost.',
};

const disabled: Words = {
  rule: 'disabled-check',
  version: 2,
  kind: 'ANTI_PATTERN',
  severity: 'LOW',
  title: (where, _, isPlural) => `${where} ${isPlural ? 'turn' : 'turns'} checks off without a reason`,
  description:
    'Checks of the compiler or of a linter are turned off for a whole file, or all of them for a line, and no word says why: what they would find there later is hidden too.',
  suggestion: 'Name the one check that is meant, and give the reason beside it.',
  isOfFolder: true,
};

const codeFromText: Words = {
  rule: 'code-from-text',
  version: 2,
  // It may be a text that the same program wrote, or one that is compiled already.
  isLikely: true,
  kind: 'SECURITY',
  severity: 'HIGH',
  title: (path, finding) => `${inside(finding, path)} runs a text that is put together as code`,
  description:
    'A text that is made while the program runs is executed. An attacker who controls a part of it can run anything.',
  suggestion: 'Pass the parts as arguments that nothing interprets, or check them against a list.',
};

const secret: Words = {
  rule: 'secret',
  version: 1,
  kind: 'SECURITY',
  severity: 'CRITICAL',
  title: (path, { rule }) => `${path} holds a secret (${rule.slice('secret:'.length)})`,
  description:
    'What looks like a working credential stands in the repository, for everyone who can read any of its commits.',
  suggestion: 'Revoke it, and read the new one from the environment.',
};

/** Findings of files that are written for the program itself. */
const isCounted = ({ role }: FileDigest): boolean => role === 'source';

export const swallowedError = textFinding(swallowed);
export const disabledCheck = textFinding(disabled);
export const runsText = textFinding(codeFromText);
export const hardCodedSecret = textFinding(secret, ({ role }) => role === 'source' || role === 'other');

function textFinding(words: Words, isOf: (file: FileDigest) => boolean = isCounted): Detector {
  const matches = ({ rule }: DigestFinding): boolean =>
    rule === words.rule || rule.startsWith(`${words.rule}:`);
  return {
    name: words.rule,
    version: words.version,
    reads: ['findings', 'role'],
    tally: () =>
      wholeTally({
        takes: (_, file) => (isOf(file) ? file.findings?.filter(matches) : undefined),
        find: ({ ordered }) => {
          const alike = new Map<string, Placed[]>();
          for (const [path, file] of ordered)
            for (const finding of isOf(file) ? (file.findings ?? []) : []) {
              if (!matches(finding)) continue;
              const key = evidenceOf(words, path, finding);
              const own = alike.get(key);
              if (own === undefined) alike.set(key, [{ path, ...finding }]);
              else own.push({ path, ...finding });
            }
          return [...alike.values()].map((findings) => patternOf(words, findings));
        },
      }),
  };
}

/** A secret that only its name gives away may be one that everyone may know. */
const isGuess = ({ rule }: DigestFinding): boolean => /^secret:(?:assigned|generic)/.test(rule);

interface Placed extends DigestFinding {
  readonly path: string;
}

/** A judgement of one line holds for its copies in the same place. */
function evidenceOf(
  { isOfFolder }: Words,
  path: string,
  { rule, inside: name = '', evidence }: DigestFinding,
): string {
  return isOfFolder === true ? folderOf(path) : [path, rule, name, evidence].join('\n');
}

function patternOf(words: Words, findings: readonly Placed[]): FoundPattern {
  const { kind, severity, title, description, suggestion, isOfFolder, isLikely = false } = words;
  const [first] = findings;
  if (first === undefined) throw new RangeError('A pattern has at least one place.');
  const files = new Set(findings.map(({ path }) => path));
  const folder = folderOf(first.path);
  const where =
    files.size === 1 ? first.path : `${files.size} files of ${folder === '' ? 'the root' : folder}`;
  return {
    subject: isOfFolder === true ? [...files].join('\n') : evidenceOf(words, first.path, first),
    kind,
    severity: isGuess(first) ? 'HIGH' : severity,
    certainty: isLikely || isGuess(first) ? 'LIKELY' : 'PROVEN',
    title: title(where, first, files.size > 1),
    description,
    suggestion,
    places: findings.map(({ path, startLine, endLine }) => ({
      path,
      startLine,
      endLine,
    })),
  };
}
