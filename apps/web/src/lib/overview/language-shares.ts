/** The part of a language in the code of a snapshot. */
export interface LanguagePart {
  language: string;
  files: number;
  lines: number;
  bytes: number;
  /** Of all bytes, from 0 to 1. */
  share: number;
}

/** Languages with a colour of their own; the rest share one part of the bar. */
const COLOURED = 7;

/** The names of languages whose own spelling differs from a capital letter in front. */
const NAMES: Readonly<Record<string, string>> = {
  css: 'CSS',
  cpp: 'C++',
  csharp: 'C#',
  graphql: 'GraphQL',
  html: 'HTML',
  javascript: 'JavaScript',
  json: 'JSON',
  php: 'PHP',
  scss: 'SCSS',
  sql: 'SQL',
  toml: 'TOML',
  tsx: 'TSX',
  typescript: 'TypeScript',
  xml: 'XML',
  yaml: 'YAML',
};

/** The name of a language as its users write it. */
export function languageName(language: string): string {
  return NAMES[language] ?? language.charAt(0).toUpperCase() + language.slice(1);
}

/**
 * The languages with their shares of the bytes, the largest first. `bar` has a part for each of the first ones, and one
 * for all others.
 */
export function languageShares(languages: readonly Omit<LanguagePart, 'share'>[]): {
  rows: LanguagePart[];
  bar: { language: string | null; share: number }[];
} {
  const total = languages.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = languages
    .map((one) => ({ ...one, share: total === 0 ? 0 : one.bytes / total }))
    .toSorted((a, b) => b.bytes - a.bytes);
  const named = rows.length > COLOURED + 1 ? rows.slice(0, COLOURED) : rows;
  const rest = rows.slice(named.length).reduce((sum, { share }) => sum + share, 0);
  const bar: { language: string | null; share: number }[] = named.map(({ language, share }) => ({
    language,
    share,
  }));
  if (rest > 0) bar.push({ language: null, share: rest });
  return { rows, bar };
}
