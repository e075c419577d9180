import type { IgnoredReason, IgnoreRules } from './ignore-rules.ts';

/** The class of a path, from its name and the repository's own rules. */
export interface Classification {
  readonly language: string | null;
  /** How its content is split: a language, `letter` with the day in its name, or `none` for a file that is only listed. */
  readonly dialect: string;
  readonly ignored: IgnoredReason | null;
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
  mdc: 'markdown',
  mdx: 'markdown',
  rst: 'rst',
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

function defaultReason(path: string): IgnoredReason | null {
  if (lockfiles.test(path)) return 'LOCKFILE';
  if (vendored.test(path)) return 'VENDORED';
  if (minified.test(path)) return 'MINIFIED';
  return generated.test(path) ? 'GENERATED' : null;
}
