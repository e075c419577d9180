import DOMPurify from 'dompurify';
import { Marked } from 'marked';

const simple = new Set(['br', 'dd', 'del', 'details', 'dl', 'dt', 'kbd', 's', 'sub', 'summary', 'sup']);

/**
 * HTML within Markdown keeps its plain tags and loses the rest before anything parses it: a handler that reaches the
 * parser is removed by the sanitiser, but the browser has already reported it against the page's policy.
 */
function plainTags(html: string): string {
  return html
    .replace(/<!--[^]*?-->/g, '')
    .split(/(<\/?[a-z][^>]*>)/i)
    .map((part) => {
      const tag = /^<(\/?)([a-z][a-z0-9]*)[^>]*>$/i.exec(part);
      if (tag === null) return part.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      const name = (tag[2] ?? '').toLowerCase();
      return simple.has(name) ? `<${tag[1]}${name}>` : '';
    })
    .join('');
}

const parser = new Marked({
  gfm: true,
  breaks: false,
  renderer: { html: ({ text }) => plainTags(text), image: ({ text }) => escape(text) },
});

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
  ALLOWED_ATTR: ['href', 'title', 'align', 'start'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#|\/(?!\/)|[^:/?#]*(?:[/?#]|$))/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

/** Markdown as HTML that may stand in our page: sanitised last, without images, styles, ids, classes or forms. */
export function renderMarkdown(text: string): string {
  const purify = DOMPurify(window);
  purify.addHook('afterSanitizeAttributes', (node) => {
    // What scrolls sideways must be reachable by keyboard.
    if (node.tagName === 'PRE' || node.tagName === 'TABLE') node.setAttribute('tabindex', '0');
    if (node.tagName !== 'A') return;
    node.setAttribute('rel', 'noopener noreferrer nofollow');
    if (/^https?:/i.test(node.getAttribute('href') ?? '')) node.setAttribute('target', '_blank');
  });
  return purify.sanitize(parser.parse(text, { async: false }), allowed);
}
