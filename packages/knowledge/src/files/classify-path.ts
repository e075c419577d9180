import { pathGlob } from './path-glob.ts';

/** Why nothing is known of a file beyond its listing. */
export type IgnoredReason = 'VENDORED' | 'GENERATED' | 'MINIFIED' | 'LOCKFILE' | 'IGNORED';

/** What a path is, told from its name and the repository's own rules. */
export interface Classification {
  readonly language: string | null;
  /** How its content is split: a language, `letter` with the day in its name, or `none` for what is listed only. */
  readonly dialect: string;
  readonly ignored: IgnoredReason | null;
}

/** The repository's own rules, later ones over earlier ones. */
export interface IgnoreRules {
  readonly rules: readonly {
    readonly matches: (path: string) => boolean;
    readonly reason: IgnoredReason | null;
  }[];
}

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

/** Tells what a path is. Ignored files keep their place in the listing; nothing is read from them. */
export function classifyPath(path: string, rules?: IgnoreRules): Classification {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const language = languages[extension] ?? names[name.toLowerCase()] ?? null;
  const own = rules?.rules.findLast(({ matches }) => matches(path));
  const ignored = own === undefined ? defaultReason(path) : own.reason;
  if (ignored !== null) return { language, dialect: 'none', ignored };
  const letter = /(?:^|\/)\.memory\/letter_(\d{4}-\d{2}-\d{2}(?!\d))?[^/]*\.md$/.exec(path);
  // The day in its name is a part of how it is read: what is known of a content must not depend on who held it first.
  if (letter !== null)
    return { language, dialect: letter[1] === undefined ? 'letter' : `letter:${letter[1]}`, ignored: null };
  return { language, dialect: language ?? 'lines', ignored: null };
}

/** Reads `.gitattributes` (linguist-generated, linguist-vendored) and `.projectsyncignore` (as .gitignore is written). */
export function parseIgnoreRules(files: {
  gitattributes: string | null;
  projectsyncignore: string | null;
}): IgnoreRules {
  const rules: { matches: (path: string) => boolean; reason: IgnoredReason | null }[] = [];
  for (const line of (files.gitattributes ?? '').split('\n').slice(0, 5000)) {
    const [pattern = '', ...attributes] = line.trim().split(/\s+/);
    if (pattern === '' || pattern.startsWith('#')) continue;
    for (const attribute of attributes) {
      const match = /^(-|!)?linguist-(generated|vendored)(?:=(true|false))?$/.exec(attribute);
      if (match === null) continue;
      const off = match[1] !== undefined || match[3] === 'false';
      rules.push({
        matches: pathGlob(pattern),
        reason: off ? null : match[2] === 'generated' ? 'GENERATED' : 'VENDORED',
      });
    }
  }
  for (const line of (files.projectsyncignore ?? '').split('\n').slice(0, 5000)) {
    const text = line.replace(/\s+$/, '');
    if (text === '' || text.startsWith('#')) continue;
    const not = text.startsWith('!');
    rules.push({ matches: pathGlob(not ? text.slice(1) : text), reason: not ? null : 'IGNORED' });
  }
  return { rules };
}

function defaultReason(path: string): IgnoredReason | null {
  if (lockfiles.test(path)) return 'LOCKFILE';
  if (vendored.test(path)) return 'VENDORED';
  if (minified.test(path)) return 'MINIFIED';
  return generated.test(path) ? 'GENERATED' : null;
}
