/** How binding a document is. */
export type Authority = 'MANDATORY' | 'GUIDELINE' | 'INFORMATIONAL';

/** The decision of a person of the project on a path of a branch: the file itself, or everything in a folder. */
export interface NamedPath {
  readonly path: string;
  readonly authority: Authority;
}

/** The authority of a file, and the folders it speaks for; no folder means the whole repository. */
interface RuleFile {
  readonly authority: Authority;
  readonly scope: readonly string[];
}

interface Convention {
  readonly pattern: RegExp;
  readonly authority: 'GUIDELINE' | 'INFORMATIONAL';
}

const text = String.raw`\.(?:md|mdc|mdx|markdown|rst|txt|adoc)`;
/** The first group is the folder in which the convention holds. */
const conventions: readonly Convention[] = [
  { pattern: /^(.*\/)?(?:AGENTS|CLAUDE)(?:\.local|\.override)?\.md$/i, authority: 'GUIDELINE' },
  {
    pattern: new RegExp(String.raw`^(.*?\/)??(?:\.github\/|docs?\/)?CONTRIBUTING(?:${text})?$`, 'i'),
    authority: 'GUIDELINE',
  },
  { pattern: /^(.*\/)?\.cursorrules$/i, authority: 'GUIDELINE' },
  { pattern: new RegExp(String.raw`^(.*\/)?\.cursor\/rules\/.*${text}$`, 'i'), authority: 'GUIDELINE' },
  {
    pattern: /^(.*\/)?\.github\/(?:copilot-instructions|instructions\/.*\.instructions)\.md$/i,
    authority: 'GUIDELINE',
  },
  {
    pattern: new RegExp(String.raw`^(.*\/)?docs?\/(?:adrs?|decisions)\/.*${text}$`, 'i'),
    authority: 'INFORMATIONAL',
  },
];

/**
 * The conventions as one pattern that the database reads too: it finds the few files that may rule among all of a branch.
 * What it lets through is judged by `ruleFileOf`.
 */
export const RULE_PATH =
  '(^|/)((agents|claude)[^/]*[.]md|contributing[^/]*|[.]cursorrules|[.]cursor/rules/.*|[.]github/(copilot-instructions|instructions/.*)[.]md|docs?/(adrs?|decisions)/.*)$';

/**
 * Tells whether a file rules, and whom. A convention makes a guideline or an information at most: only a person of the project
 * makes a rule binding, and the words of the file itself count for nothing.
 */
export function ruleFileOf(path: string, named: readonly NamedPath[]): RuleFile | null {
  const convention = conventions.find(({ pattern }) => pattern.test(path));
  const decided = decisionOn(path, named);
  if (convention === undefined && decided === null) return null;
  const folder = convention?.pattern.exec(path)?.[1] ?? (convention === undefined ? folderOf(path) : '');
  return {
    authority: decided?.authority ?? convention?.authority ?? 'INFORMATIONAL',
    scope: folder === '' ? [] : [folder.replace(/\/$/, '')],
  };
}

/** The decision that is closest to a path: about the file itself, else about the deepest folder it lies in. */
function decisionOn(path: string, named: readonly NamedPath[]): NamedPath | null {
  const holding = named.filter((one) => path === one.path || path.startsWith(`${one.path}/`));
  return holding.reduce<NamedPath | null>(
    (closest, one) => (closest === null || one.path.length > closest.path.length ? one : closest),
    null,
  );
}

/** A document that a person names speaks for the folder it lies in; below a folder of documents, for what that folder is about. */
function folderOf(path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return folder.replace(/(^|\/)(docs?|documentation|\.github)\/.*$/i, '$1');
}

/** The title of a document: its first heading, else the name of its file. */
export function ruleTitle(content: string, path: string): string {
  const heading = /^ {0,3}#{1,6}[ \t]+(\S.*?)[ \t]*#*[ \t]*$/m.exec(content.slice(0, 20_000))?.[1];
  const title = heading ?? path.slice(path.lastIndexOf('/') + 1);
  return title.trim().slice(0, 300);
}
