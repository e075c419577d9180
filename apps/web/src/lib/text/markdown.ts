import DOMPurify from 'dompurify';
import { Marked, type Tokens } from 'marked';
import { finishMarkdown, type MarkdownPlace } from './finish-markdown.ts';
import { footnotes } from './markdown-footnotes.ts';
import type { Heading } from './page-outline.ts';
import { plainTags } from './plain-tags.ts';

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const allowed = {
  ALLOWED_TAGS: [
    'a',
    'blockquote',
    'br',
    'code',
    'dd',
    'del',
    'details',
    'dl',
    'dt',
    'em',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'hr',
    'img',
    'kbd',
    'li',
    'ol',
    'p',
    'pre',
    's',
    'strong',
    'sub',
    'summary',
    'sup',
    'table',
    'tbody',
    'td',
    'th',
    'thead',
    'tr',
    'ul',
  ],
  ALLOWED_ATTR: ['href', 'title', 'align', 'start', 'src', 'alt', 'width', 'height'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#|\/(?!\/)|[^:/?#]*(?:[/?#]|$))/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

/** A block of code in a text, with the language that its fence names. */
export interface CodeBlock {
  language: string;
  text: string;
}

/** A rendered text, its headings, and its blocks of code in their order, which a worker colours later. */
export interface RenderedMarkdown {
  html: string;
  blocks: CodeBlock[];
  /** Those that a link can lead to: only a text that is the page has them. */
  headings: Heading[];
}

/**
 * Markdown as HTML that may stand in our page: sanitised last, without styles, IDs, classes or forms of its own. With a
 * place, relative links lead to files of the same snapshot, and images of the repository are shown. A text that is the
 * page, and not one of several on it, has headings that a link can lead to.
 */
export function renderMarkdown(
  text: string,
  at: MarkdownPlace | null = null,
  isPage = at !== null,
): RenderedMarkdown {
  const blocks: CodeBlock[] = [];
  const notes = footnotes();
  const parser = new Marked({
    gfm: true,
    breaks: false,
    extensions: notes.extensions,
    renderer: {
      html: ({ text: html }) => plainTags(html),
      image: ({ href, title, text: alt }) =>
        `<img src="${escape(href)}" alt="${escape(alt)}"${title == null ? '' : ` title="${escape(title)}"`}>`,
      checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
      code: ({ text: code, lang }: Tokens.Code) => {
        blocks.push({ language: lang?.split(/\s/, 1)[0]?.toLowerCase() ?? '', text: code });
        return `<pre><code>${escape(code)}\n</code></pre>\n`;
      },
    },
  });
  const purify = DOMPurify(window);
  const unclean =
    parser.parse(text, { async: false }) + notes.list((note) => parser.parseInline(note, { async: false }));
  const clean = purify.sanitize(unclean, { ...allowed, RETURN_DOM_FRAGMENT: true });
  return { ...finishMarkdown(clean, { at, isPage }), blocks };
}
