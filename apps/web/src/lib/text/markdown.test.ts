// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { injections } from '../testing/injections.ts';
import { renderMarkdown } from './markdown.ts';

test('Markdown becomes headings, lists, tables and code', () => {
  const html = renderMarkdown('# A\n\n- b\n\n| c |\n| - |\n| d |\n\n```js\ne < f\n```\n');
  for (const part of ['<h1>A</h1>', '<li>b</li>', '<td>d</td>', 'e &lt; f']) expect(html).toContain(part);
});

test('a link to another site sends no referrer', () => {
  expect(renderMarkdown('[x](https://example.org)')).toContain('rel="noopener noreferrer nofollow"');
});

test('no injection leaves anything that could run', () => {
  expect(injections.length).toBeGreaterThanOrEqual(300);
  const page = document.createElement('div');
  for (const injection of injections) {
    page.innerHTML = renderMarkdown(injection);
    for (const element of page.querySelectorAll('*')) {
      expect(
        ['SCRIPT', 'IMG', 'SVG', 'IFRAME', 'OBJECT', 'STYLE', 'FORM', 'MATH', 'BASE', 'META', 'LINK'],
        injection,
      ).not.toContain(element.tagName.toUpperCase());
      for (const { name, value } of element.attributes) {
        expect(name, injection).not.toMatch(/^(on|style$|src|id$|name$|class$)/);
        expect(value.replace(/[\s\0-\x1f]/g, ''), injection).not.toMatch(/^(javascript|data|vbscript):/i);
      }
    }
  }
});
