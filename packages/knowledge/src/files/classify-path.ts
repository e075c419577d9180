import { GlobSet } from './glob-set.ts';

/** Why a file is only listed and its content not split. */
export type IgnoredReason = 'VENDORED' | 'GENERATED' | 'MINIFIED' | 'LOCKFILE' | 'IGNORED';

/** The class of a path, from its name and the repository's own rules. */
export interface Classification {
  readonly language: string | null;
  /** How its content is split: a language, `letter` with the day in its name, or `none` for a file that is only listed. */
  readonly dialect: string;
  readonly ignored: IgnoredReason | null;
}

/** The repository's own rules. */
export interface IgnoreRules {
  /** The reason of the last rule that matches a path: null where that rule includes the file, undefined without a rule. */
  reasonOf(path: string): IgnoredReason | null | undefined;
}

/** The lines of each rules file that are read. */
const MOST_LINES = 5000;

const languages: Record<string, string> = {
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  py: 'python',
  pyi: 'python',
  go: 'go',
  rs: 'rust',
  java: 'java',
  c: 'c',
  h: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  hpp: 'cpp',
  hh: 'cpp',
  cs: 'csharp',
  rb: 'ruby',
  php: 'php',
  sh: 'bash',
  bash: 'bash',
  css: 'css',
  scss: 'scss',
  html: 'html',
  htm: 'html',
  svelte: 'svelte',
  vue: 'vue',
  sql: 'sql',
  json: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  toml: 'toml',
  md: 'markdown',
  markdown: 'markdown',
  mdc: 'markdown',
  cursorrules: 'markdown',
  kt: 'kotlin',
  swift: 'swift',
  scala: 'scala',
  lua: 'lua',
  r: 'r',
  pl: 'perl',
  ps1: 'powershell',
  ini: 'ini',
  xml: 'xml',
  graphql: 'graphql',
  proto: 'protobuf',
};
const names: Record<string, string> = {
  dockerfile: 'dockerfile',
  makefile: 'makefile',
  contributing: 'markdown',
  gemfile: 'ruby',
  rakefile: 'ruby',
};
const lockfiles =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|composer\.lock|Gemfile\.lock|go\.sum|flake\.lock|packages\.lock\.json)$/;
const vendored =
  /(^|\/)(node_modules|bower_components|vendor|third_party|\.yarn\/(cache|releases)|Godeps\/_workspace)\//;
const minified = /\.min\.(js|css|mjs)$|[.-]bundle\.js$|\.(js|css|mjs)\.map$/;
const generated =
  /(^|\/)(dist|__generated__|\.svelte-kit|\.next|coverage)\/|\.(pb|pb2|g|generated)\.(go|py|ts|js|dart|cs)$|_pb2(_grpc)?\.py$|\.designer\.cs$/i;

/** Classifies a path. Ignored files stay in the listing, but their content is not split. */
export function classifyPath(path: string, rules?: IgnoreRules): Classification {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const language = languages[extension] ?? names[name.toLowerCase()] ?? null;
  const own = rules?.reasonOf(path);
  const ignored = own === undefined ? defaultReason(path) : own;
  if (ignored !== null) return { language, dialect: 'none', ignored };
  const letter = /(?:^|\/)\.memory\/letter_(\d{4}-\d{2}-\d{2}(?!\d))?[^/]*\.md$/.exec(path);
  // The date is part of the dialect: the analysis of a content must not depend on which of its paths came first.
  if (letter !== null)
    return { language, dialect: letter[1] === undefined ? 'letter' : `letter:${letter[1]}`, ignored: null };
  return { language, dialect: language ?? 'lines', ignored: null };
}

interface Rule {
  readonly glob: string;
  readonly reason: IgnoredReason | null;
}

/** Reads `.gitattributes` (linguist-generated, linguist-vendored) and `.projectsyncignore`, which is written like .gitignore. */
export function parseIgnoreRules(files: {
  gitattributes: string | null;
  projectsyncignore: string | null;
}): IgnoreRules {
  const rules = [
    ...linesOf(files.gitattributes).flatMap(attributeRule),
    ...linesOf(files.projectsyncignore).flatMap(ignoreRule),
  ];
  const globs = new GlobSet(rules.map(({ glob }) => glob));
  return { reasonOf: (path) => rules[globs.lastMatch(path)]?.reason };
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

function defaultReason(path: string): IgnoredReason | null {
  if (lockfiles.test(path)) return 'LOCKFILE';
  if (vendored.test(path)) return 'VENDORED';
  if (minified.test(path)) return 'MINIFIED';
  return generated.test(path) ? 'GENERATED' : null;
}
