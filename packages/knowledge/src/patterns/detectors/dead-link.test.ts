import { expect, test } from 'vitest';
import { patternsOf } from '../../testing/patterns-of.ts';
import { deadLink } from './dead-link.ts';

test('finds links to files that are not there, with their lines', async () => {
  const files = {
    'docs/a.md': '# A\n\nSee [b](b.md) and [c](../src/c.ts#L4).\n',
    'src/c.ts': 'export {};\n',
  };
  expect(await patternsOf(deadLink, files)).toMatchObject([
    { title: 'docs/a.md links to b.md, which is not there', places: [{ startLine: 3, endLine: 3 }] },
  ]);
});

test('leaves addresses, places of the page, roots, folders and paths out of the repository alone', async () => {
  const links = [
    'https://x.example/a.md',
    '#a',
    '/b.md',
    'folder/',
    '../../out.md',
    'mailto:a@b.example',
    '%E0%A4%A.md',
  ];
  const text = links.map((link) => `[x](${link})`).join('\n');
  expect(await patternsOf(deadLink, { 'docs/a.md': text })).toEqual([]);
});

test('leaves a changelog alone, which speaks of its own day', async () => {
  expect(await patternsOf(deadLink, { 'CHANGELOG.md': '# 1.0\n\nSee [b](src/b.ts).\n' })).toEqual([]);
});
