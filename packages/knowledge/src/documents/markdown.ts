import { readDocComment } from './doc-comment.ts';
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

/** Characters that mean something in Markdown. An underscore does so at the edge of a word alone, as in `__init__`. */
const MARKS = /[[\]\\`<>*|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;

/** A name as words of a link. A line break in it would begin a paragraph, or a heading, in the page's own voice. */
const words = (name: string): string => name.replace(/\s+/g, ' ').replace(MARKS, '\\$&');

/** A link to lines of a file, by the last part of its path. */
export function citationLink(citation: Citation): string {
  const { path, startLine, endLine } = citation;
  const name = words(path.slice(path.lastIndexOf('/') + 1));
  return `[${name}:${startLine}${endLine > startLine ? `-${endLine}` : ''}](${addressOf(citation)})`;
}

/** A link to a folder or file of the snapshot, in code style. */
export function pathLink(path: string): string {
  return `[${code(path)}](${path.split('/').map(encodeURIComponent).join('/')})`;
}

/** A link to a folder or file of the snapshot by the end of its path below another one. */
export function linkBelow(folder: string, path: string): string {
  const name = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  return `[${words(name)}](${path.split('/').map(encodeURIComponent).join('/')})`;
}

const MOST_PLAIN = 2000;
/** Tags that pages of text have. Anything else in angle brackets is a placeholder or a type, and says something. */
const HTML =
  /<!--[\s\S]*?(?:-->|$)|<\/?(?:a|abbr|b|big|blockquote|br|center|code|dd|del|details|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|ol|p|picture|pre|q|s|samp|script|small|source|span|strike|strong|style|su[bp]|summary|svg|table|tbody|td|th|thead|tr|tt|u|ul|var|video)(?:\s[^>]*)?\/?>/g;

/**
 * Text of a repository as plain words of a page: it brings no code style, link, heading or HTML of its own, so that
 * neither a name that does not exist nor a sentence that plays a page's own voice comes with it.
 */
export function plainText(text: string): string {
  return text
    .slice(0, MOST_PLAIN)
    .replace(/```[\s\S]*?(```|$)|<pre>[\s\S]*?(<\/pre>|$)/g, ' ')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]+)\]\[[^\]]*\]/g, '$1')
    .replace(/\[`([^`\]]+)`\]|\[(\w+(?:::\w+)+)\]/g, '$1$2')
    .replace(/(^|\s)\[([A-Z]\w*(?:\.\w+)*)\](?=[\s.,;:)]|$)/g, '$1$2')
    .replace(/`([^`<]{1,200}?)\s*<[^`>]*>`__?/g, '$1')
    .replace(/\{@(\w+)\s+([^}]*)\}/g, (_, tag: string, inner: string) => ofInlineTag(tag, inner.trim()))
    .replace(HTML, ' ')
    .replace(/:[a-z]{2,5}(?::[a-z]{2,5})?:`~?([^`<]{1,200}?)(?:\s*<[^`]*>)?`(?:\\s\b)?/g, '$1')
    .replace(/`/g, '')
    .replace(/(^|\s)\+([\w:.#]+)\+(?=[\s.,;:)]|$)/g, '$1$2')
    .replace(/(\*{1,3})(?=[^\s*])([^*]+?)\1/g, '$2')
    .replace(/(^|[\s(])_([^_\s][^_]{0,200}?)_(?=[\s).,;:!?]|$)/g, '$1$2')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;])(?= |$)/g, '$1')
    .trim()
    .replace(MARKS, '\\$&')
    .replace(/^(#+|[-+]|\d+[.)])(?=\s)/, '\\$1');
}

/** A link or code inside of a doc comment, by its label where it has one. */
function ofInlineTag(tag: string, inner: string): string {
  if (!tag.startsWith('link')) return inner;
  const [, target = '', label = ''] = /^([^\s(|]*(?:\([^)]*\))?)\s*\|?\s*([\s\S]*)$/.exec(inner) ?? [];
  return label === '' ? target.replace(/^#/, '').replaceAll('#', '.') : label;
}

const LONGEST_SENTENCE = 240;

/** The first sentence of a text or doc comment, at most 240 characters of it; empty where it has none. */
export function firstSentence(text: string): string {
  const paragraph = readDocComment(text.trim()).words.split(/\n\s*\n/, 1)[0] ?? '';
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

/** A rounded number of lines; below ten it is exact. */
export const aboutLines = (lines: number): string => `${lines < 10 ? '' : 'about '}${counted(lines, 'line')}`;

/** Words joined by commas and a last "and". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
