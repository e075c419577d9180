import type { HighlighterCore, LanguageInput } from 'shiki/core';

/** A piece of a line, with its colour in either theme. */
export interface Token {
  text: string;
  light: string;
  dark: string;
}

/** Past this size colour costs more than it tells. */
const MOST_CHARACTERS = 300_000;

/** Each grammar is a chunk of its own, fetched when a first file needs it. */
const grammars: Record<string, () => Promise<{ default: LanguageInput }>> = {
  bash: () => import('shiki/langs/bash.mjs'),
  c: () => import('shiki/langs/c.mjs'),
  cpp: () => import('shiki/langs/cpp.mjs'),
  csharp: () => import('shiki/langs/csharp.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  docker: () => import('shiki/langs/docker.mjs'),
  go: () => import('shiki/langs/go.mjs'),
  graphql: () => import('shiki/langs/graphql.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  java: () => import('shiki/langs/java.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  kotlin: () => import('shiki/langs/kotlin.mjs'),
  markdown: () => import('shiki/langs/markdown.mjs'),
  php: () => import('shiki/langs/php.mjs'),
  prisma: () => import('shiki/langs/prisma.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  ruby: () => import('shiki/langs/ruby.mjs'),
  rust: () => import('shiki/langs/rust.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  svelte: () => import('shiki/langs/svelte.mjs'),
  swift: () => import('shiki/langs/swift.mjs'),
  toml: () => import('shiki/langs/toml.mjs'),
  tsx: () => import('shiki/langs/tsx.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  xml: () => import('shiki/langs/xml.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
};

const byExtension: Record<string, string> = {
  sh: 'bash',
  bash: 'bash',
  zsh: 'bash',
  h: 'c',
  c: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  hpp: 'cpp',
  cs: 'csharp',
  css: 'css',
  dockerfile: 'docker',
  go: 'go',
  graphql: 'graphql',
  gql: 'graphql',
  html: 'html',
  htm: 'html',
  java: 'java',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'tsx',
  json: 'json',
  kt: 'kotlin',
  md: 'markdown',
  php: 'php',
  prisma: 'prisma',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sql: 'sql',
  svelte: 'svelte',
  swift: 'swift',
  toml: 'toml',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  xml: 'xml',
  svg: 'xml',
  yml: 'yaml',
  yaml: 'yaml',
};

let started: Promise<HighlighterCore> | undefined;

/** The grammar for a path, by its name's ending. */
export function grammarOf(path: string): string | null {
  const name = path.split('/').at(-1)?.toLowerCase() ?? '';
  return byExtension[name.includes('.') ? (name.split('.').at(-1) ?? '') : name] ?? null;
}

/** Lines of coloured tokens, or null where the language is unknown or the text too long. */
export async function highlight(text: string, path: string): Promise<Token[][] | null> {
  const lang = grammarOf(path);
  const grammar = lang === null ? undefined : grammars[lang];
  if (lang === null || grammar === undefined || text.length > MOST_CHARACTERS) return null;
  const shiki = await (started ??= start());
  if (!shiki.getLoadedLanguages().includes(lang)) await shiki.loadLanguage((await grammar()).default);
  const lines = shiki.codeToTokensWithThemes(text, {
    lang,
    themes: { light: 'github-light-default', dark: 'github-dark-default' },
  });
  return lines.map((line) =>
    line.map((token) => ({
      text: token.content,
      light: token.variants['light']?.color ?? 'inherit',
      dark: token.variants['dark']?.color ?? 'inherit',
    })),
  );
}

async function start(): Promise<HighlighterCore> {
  const [{ createHighlighterCore }, { createJavaScriptRegexEngine }, light, dark] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
    import('shiki/themes/github-light-default.mjs'),
    import('shiki/themes/github-dark-default.mjs'),
  ]);
  // The engine in plain JavaScript needs no WebAssembly, which the page's policy would have to allow.
  return createHighlighterCore({
    themes: [light.default, dark.default],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
}
