// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { injections } from '../testing/injections.ts';
import { renderMarkdown } from './markdown.ts';

test('Markdown becomes headings, lists, tables and code', () => {
  const html = renderMarkdown('# A\n\n- b\n\n| c |\n| - |\n| d |\n\n```js\ne < f\n```\n').html;
  for (const part of ['<h1>A</h1>', '<li>b</li>', '<td>d</td>', 'e &lt; f']) expect(html).toContain(part);
});

test('a link to another site sends no referrer', () => {
  expect(renderMarkdown('[x](https://example.org)').html).toContain('rel="noopener noreferrer nofollow"');
});

test('no injection leaves anything that could run', () => {
  expect(injections.length).toBeGreaterThanOrEqual(300);
  const page = document.createElement('div');
  for (const injection of injections) {
    page.innerHTML = renderMarkdown(injection).html;
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

const place = { path: 'docs/a.md', syncId: 'S', address: (path: string) => `/files/${path}` };
const rendered = (text: string) => {
  const page = document.createElement('div');
  page.innerHTML = renderMarkdown(text, place).html;
  return page;
};

test('no injection leaves anything that could run where images and IDs of ours are allowed', () => {
  for (const injection of injections) {
    for (const element of rendered(injection).querySelectorAll('*')) {
      expect(
        ['SCRIPT', 'SVG', 'IFRAME', 'OBJECT', 'STYLE', 'FORM', 'MATH', 'BASE', 'META', 'LINK', 'INPUT'],
        injection,
      ).not.toContain(element.tagName.toUpperCase());
      for (const { name, value } of element.attributes) {
        expect(name, injection).not.toMatch(/^(on|style$|srcset$|name$)/);
        if (name === 'src') expect(value, injection).toMatch(/^\/raw\/S\//);
        if (name === 'id') expect(value, injection).toMatch(/^md-/);
        expect(value.replace(/[\s\0-\x1f]/g, ''), injection).not.toMatch(/^(javascript|data|vbscript):/i);
      }
    }
  }
});

test('images of the repository are shown, and others only by their description', () => {
  const sources = (text: string) =>
    [...rendered(text).querySelectorAll('img')].map((one) => one.getAttribute('src'));
  expect(sources('![a](../img/x%20y.png) ![b](/z.svg)')).toEqual(['/raw/S/img/x%20y.png', '/raw/S/z.svg']);
  expect(sources('<p align="center"><img src="logo.png" width="120" onerror="x"></p>')).toEqual([
    '/raw/S/docs/logo.png',
  ]);
  const other = rendered('![a badge](https://example.org/b.svg)');
  expect([other.querySelector('img'), other.textContent?.trim()]).toEqual([null, 'a badge']);
});

test('a relative link leads to the file, and one to a heading to the heading', () => {
  const page = rendered('# The Tide!\n\n[a](../src/b.ts#L4) [c](d.md#low-water) [e](#the-tide) [f](../../g)');
  expect([...page.querySelectorAll('a')].map((one) => one.getAttribute('href'))).toEqual([
    '/files/src/b.ts#L4',
    '/files/docs/d.md#md-low-water',
    '#md-the-tide',
    null,
  ]);
  expect(page.querySelector('h1')?.id).toBe('md-the-tide');
});

test('an alert has its title and its look, and any other quotation stays one', () => {
  const page = rendered('> [!WARNING]\n> Low water.\n\n> [!NONSENSE]\n> said');
  const [alert, quote] = page.querySelectorAll('blockquote');
  expect([
    alert?.className,
    alert?.querySelector('strong')?.textContent,
    alert?.querySelector('p')?.textContent,
  ]).toEqual(['alert warning', 'Warning', 'Low water.']);
  expect([quote?.className, quote?.textContent?.includes('[!NONSENSE]')]).toEqual(['', true]);
});

test('tasks have boxes, tables keep their alignment, and code keeps its language for the colours', () => {
  const page = rendered('- [x] done\n- [ ] open\n\n| a |\n| -: |\n| 1 |\n\n```ts\nlet a;\n```\n');
  expect([...page.querySelectorAll('li')].map((one) => one.textContent?.trim())).toEqual([
    '☑ done',
    '☐ open',
  ]);
  expect(page.querySelector('td')?.getAttribute('align')).toBe('right');
  expect(renderMarkdown('```ts\nlet a;\n```\n\n    b').blocks).toEqual([
    { language: 'ts', text: 'let a;' },
    { language: '', text: 'b' },
  ]);
});

test('a footnote stands at the end, and leads back to where it is referred to', () => {
  const page = rendered('Twice[^a] a day[^none].\n\n[^a]: Mostly *so*.\n[^unused]: Never.\n');
  expect(page.querySelector('sup a')?.getAttribute('href')).toBe('#md-note-1');
  expect(page.querySelector('sup a')?.id).toBe('md-reference-1');
  expect(
    [...page.querySelectorAll('ol li')].map((one) => [one.id, one.querySelector('em')?.textContent]),
  ).toEqual([['md-note-1', 'so']]);
  expect(page.textContent).toContain('[^none]');
});

test('the headings of a page are told with their addresses, and those of one text among several are not', () => {
  const text = '# One `two`\n\n## Part\n\n## Part\n\n[down](#part-1)\n';
  const page = renderMarkdown(text, null, true);
  expect(page.headings).toEqual([
    { id: 'md-one-two', level: 1, text: 'One two' },
    { id: 'md-part', level: 2, text: 'Part' },
    { id: 'md-part-1', level: 2, text: 'Part' },
  ]);
  expect(page.html).toContain('<h2 id="md-part-1">');
  expect(page.html).toContain('href="#md-part-1"');
  expect(renderMarkdown(text)).toMatchObject({
    headings: [],
    html: expect.stringContaining('<h2>Part</h2>'),
  });
});
