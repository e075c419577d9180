import type { HighlighterCore, LanguageInput } from 'shiki/core';
import { packColours, type PackedColours } from './coloured-text.ts';
import { grammarOf } from './grammar.ts';

/** Larger texts stay uncoloured: their tokens would fill the page's memory. */
const MOST_CHARACTERS = 300_000;
/** Longer lines stay uncoloured: a minified file is one line, and would occupy the worker for minutes. */
const LONGEST_LINE = 20_000;

/** Each grammar is a chunk of its own, loaded with the first file that needs it. */
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

let started: Promise<HighlighterCore> | undefined;

/** Returns the colours of a text, or null if the language is unknown or the text too long. Slow: run it in the worker. */
export async function highlight(text: string, path: string): Promise<PackedColours | null> {
  const lang = grammarOf(path);
  const grammar = lang === null ? undefined : grammars[lang];
  if (lang === null || grammar === undefined || text.length > MOST_CHARACTERS) return null;
  const shiki = await (started ??= start());
  if (!shiki.getLoadedLanguages().includes(lang)) await shiki.loadLanguage((await grammar()).default);
  const lines = shiki.codeToTokensWithThemes(text, {
    lang,
    themes: { light: 'github-light-default', dark: 'github-dark-default' },
    // By default a line ends uncoloured after 500 ms, which compiling the grammar alone takes on a slow machine.
    tokenizeTimeLimit: 0,
    tokenizeMaxLineLength: LONGEST_LINE,
  });
  return packColours(
    lines.map((line) =>
      line.map((token) => ({
        text: token.content,
        offset: token.offset,
        light: token.variants['light']?.color ?? 'inherit',
        dark: token.variants['dark']?.color ?? 'inherit',
      })),
    ),
  );
}

async function start(): Promise<HighlighterCore> {
  const [{ createHighlighterCore }, { createJavaScriptRegexEngine }, light, dark] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
    import('shiki/themes/github-light-default.mjs'),
    import('shiki/themes/github-dark-default.mjs'),
  ]);
  // The engine in plain JavaScript: the page's content security policy would have to allow WebAssembly.
  return createHighlighterCore({
    themes: [light.default, dark.default],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
}
