import { expect, test } from 'vitest';
import { headline, nameOfHit } from './headline.ts';

test('a title loses its comment marks, and nothing else', () => {
  const titles = ['/** The tide. */', '// The tide.', '# The tide.', '<!-- The tide. -->', 'The tide.'];
  expect(titles.map(headline)).toEqual(titles.map(() => 'The tide.'));
  expect(['#include <tide.h>', '--tide'].map(headline)).toEqual(['#include <tide.h>', '--tide']);
});

test('a title of comment marks alone, or of one keyword, is no name', () => {
  expect(['/**', '/** */', 'export …', '//', '#'].map(headline)).toEqual([null, null, null, null, null]);
});

test('a hit without a title is named by the first line that says something', () => {
  const named = (symbol: string | null, title: string, snippet: string) =>
    nameOfHit({ symbol, title }, snippet);
  expect(named('open', '/**', 'x')).toBe('open');
  expect(named(null, '/**', '/**\n * Metres above the chart.\n */')).toBe('Metres above the chart.');
  expect(named(null, 'export …', 'export const tide = 1;')).toBe('export const tide = 1;');
  expect(named(null, '/**', '*/')).toBe('/**');
});
