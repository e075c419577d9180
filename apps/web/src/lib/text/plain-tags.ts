const simple = new Set(['br', 'dd', 'del', 'details', 'dl', 'dt', 'kbd', 's', 'sub', 'summary', 'sup']);

/**
 * HTML within Markdown keeps its plain tags and loses the rest before anything parses it: a handler that reaches the
 * parser is removed by the sanitiser, but the browser has already reported it against the page's policy.
 */
export function plainTags(html: string): string {
  return html
    .replace(/<!--[^]*?-->/g, '')
    .split(/(<\/?[a-z][^>]*>)/i)
    .map((part) => {
      const tag = /^<(\/?)([a-z][a-z0-9]*)[^>]*>$/i.exec(part);
      if (tag === null) return part.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      const name = (tag[2] ?? '').toLowerCase();
      if (name === 'img' && tag[1] === '') return pictureOf(part);
      return simple.has(name) ? `<${tag[1]}${name}>` : '';
    })
    .join('');
}

/** An image with its address and sizes alone. */
function pictureOf(tag: string): string {
  const read = (name: string) =>
    new RegExp(`\\s${name}\\s*=\\s*(?:"([^"<>]*)"|'([^'<>"]*)'|([^\\s"'<>]+))`, 'i')
      .exec(tag)
      ?.slice(1)
      .find(Boolean) ?? '';
  const size = (name: string) => (/^\d{1,4}$/.test(read(name)) ? ` ${name}="${read(name)}"` : '');
  return `<img src="${read('src')}" alt="${read('alt')}"${size('width')}${size('height')}>`;
}
