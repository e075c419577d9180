import type { Citation } from './document-page.ts';

/** Text in code style. The fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** The address of a path inside Markdown, with the lines it leads to. */
function addressOf({ path, startLine, endLine }: Citation): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${encoded}#L${startLine}${endLine > startLine ? `-L${endLine}` : ''}`;
}

/** A link to lines of a file, by the last part of its path. */
export function citationLink(citation: Citation): string {
  const { path, startLine, endLine } = citation;
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/[[\]\\`<>*|]/g, '\\$&');
  return `[${name}:${startLine}${endLine > startLine ? `-${endLine}` : ''}](${addressOf(citation)})`;
}

/** A link to a folder or file of the snapshot, in code style. */
export function pathLink(path: string): string {
  return `[${code(path)}](${path.split('/').map(encodeURIComponent).join('/')})`;
}

const MOST_PLAIN = 2000;

/**
 * Text of a repository as plain words of a page: it brings no code style, link, heading or HTML of its own, so that
 * neither a name that does not exist nor a sentence that plays a page's own voice comes with it.
 */
export function plainText(text: string): string {
  return text
    .slice(0, MOST_PLAIN)
    .replace(/```[\s\S]*?(```|$)/g, ' ')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\{@\w+\s+([^}|]*)(\|[^}]*)?\}/g, '$1')
    .replace(/<\/?[a-z][^>]*>/gi, ' ')
    .replace(/:[a-z]{2,5}(?::[a-z]{2,5})?:`~?([^`<]{1,200}?)(?:\s*<[^`]*>)?`(?:\\s\b)?/g, '$1')
    .replace(/`/g, '')
    .replace(/(\*{1,3})(?=[^\s*])([^*]+?)\1/g, '$2')
    .replace(/(^|[\s(])_([^_\s][^_]{0,200}?)_(?=[\s).,;:!?]|$)/g, '$1$2')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[[\]<>*|\\]/g, '\\$&')
    .replace(/^(#+|[-+]|\d+[.)])(?=\s)/, '\\$1');
}

const LONGEST_SENTENCE = 240;

/** The first sentence of a text, at most 240 characters of it. */
export function firstSentence(text: string): string {
  const paragraph = text.trim().split(/\n\s*\n/, 1)[0] ?? '';
  const plain = plainText(paragraph);
  const end = /[.!?](?=\s|$)/.exec(
    plain.replace(/\b(e\.g|i\.e|etc|vs|cf)\./g, (m) => m.replaceAll('.', '\0')),
  );
  const sentence = end === null ? plain : plain.slice(0, end.index + 1);
  return shorten(sentence, LONGEST_SENTENCE);
}

/** A text up to a limit, cut between words. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), most - 40)).replace(/\\+$/, '')}…`;
}

const languages: Readonly<Record<string, string>> = {
  typescript: 'TypeScript',
  javascript: 'JavaScript',
  tsx: 'TSX',
  cpp: 'C++',
  csharp: 'C#',
  php: 'PHP',
};

/** The name of a language as people write it. */
export const languageName = (language: string): string =>
  languages[language] ?? `${language.slice(0, 1).toUpperCase()}${language.slice(1)}`;

/** A number in the English way, such as 12,345. */
export const numeral = (value: number): string => value.toLocaleString('en-US');

/** A number with its noun in the right form. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numeral(count)} ${count === 1 ? one : many}`;
}

/** Words joined by commas and a last "and". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
