import { expect, test } from 'vitest';
import { snippetLines } from './line-runs.ts';

const token = (text: string, light: string) => ({ text, light, dark: light });

test('a match is cut out of its line, and the runs add up to the text', () => {
  const lines = snippetLines('allocate\n  a berth', [{ start: 13, end: 18 }], null);
  expect(lines.map((line) => line.map(({ text, isMatch }) => [text, isMatch]))).toEqual([
    [['allocate', false]],
    [
      ['  a ', false],
      ['berth', true],
    ],
  ]);
});

test('a match across two colours keeps both', () => {
  const tokens = { line: () => [token('let ', 'red'), token('tide', 'blue')] };
  const [line] = snippetLines('let tide', [{ start: 2, end: 6 }], tokens);
  expect(line?.map(({ text, isMatch, light }) => [text, isMatch, light])).toEqual([
    ['le', false, 'red'],
    ['t ', true, 'red'],
    ['ti', true, 'blue'],
    ['de', false, 'blue'],
  ]);
});

test('a match that ends with its line reaches no further', () => {
  const lines = snippetLines('ab\ncd', [{ start: 0, end: 2 }], null);
  expect(lines.map((line) => line.map(({ isMatch }) => isMatch))).toEqual([[true], [false]]);
});
