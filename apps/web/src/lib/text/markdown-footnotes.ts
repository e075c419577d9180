import type { TokenizerAndRendererExtension } from 'marked';

/** Footnotes as GitHub writes them: `[^1]` in a text, and `[^1]: …` at the start of a line. */
export function footnotes(): {
  extensions: TokenizerAndRendererExtension[];
  /** The notes that are referred to, in the order of their first reference. */
  list: (inline: (text: string) => string) => string;
} {
  const texts = new Map<string, string>();
  const order: string[] = [];
  const extensions: TokenizerAndRendererExtension[] = [
    {
      name: 'footnote',
      level: 'block',
      start: (source) => /^\[\^[^\]\s]+\]:/m.exec(source)?.index,
      tokenizer(source) {
        const found = /^\[\^([^\]\s]+)\]:[ \t]*([^\n]*(?:\n(?:[ \t]{2,}[^\n]*))*)(?:\n|$)/.exec(source);
        if (found === null) return undefined;
        texts.set(found[1] ?? '', (found[2] ?? '').replace(/\n\s+/g, ' '));
        return { type: 'footnote', raw: found[0] };
      },
      renderer: () => '',
    },
    {
      name: 'footnoteReference',
      level: 'inline',
      start: (source) => source.indexOf('[^'),
      tokenizer(source) {
        const found = /^\[\^([^\]\s]+)\]/.exec(source);
        return found === null ? undefined : { type: 'footnoteReference', raw: found[0], name: found[1] };
      },
      renderer(token) {
        const name = String(token['name']);
        if (!texts.has(name)) return escape(token.raw);
        if (!order.includes(name)) order.push(name);
        const number = order.indexOf(name) + 1;
        return `<sup><a href="#md-note-${number}">${number}</a></sup>`;
      },
    },
  ];
  return {
    extensions,
    list: (inline) =>
      order.length === 0
        ? ''
        : `<hr><ol>${order
            .map(
              (name, index) =>
                `<li>${inline(texts.get(name) ?? '')} <a href="#md-reference-${index + 1}">↩</a></li>`,
            )
            .join('')}</ol>`,
  };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
