import { expect, test } from 'vitest';
import { groupByFile, headline, highlightWords } from './filters.ts';

test('words of the query are found whatever their case, and nothing is lost', () => {
  const runs = highlightWords('Allocate a berth, then free the Berth.', 'berth allocate');
  expect(runs.filter((run) => run.hit).map((run) => run.text)).toEqual(['Allocate', 'berth', 'Berth']);
  expect(runs.map((run) => run.text).join('')).toBe('Allocate a berth, then free the Berth.');
});

test('a query of signs alone marks nothing and throws nothing', () => {
  expect(highlightWords('a (b) [c', '([*')).toEqual([{ text: 'a (b) [c', hit: false }]);
});

test('hits of one file stand together where the first of them stood', () => {
  const hit = (id: string, path: string | null) => ({ entry: { id, path } });
  const groups = groupByFile([hit('1', 'a'), hit('2', null), hit('3', 'a'), hit('4', null)]);
  expect(groups.map((group) => group.hits.map((one) => one.entry.id))).toEqual([['1', '3'], ['2'], ['4']]);
});

test('a title loses the signs of its comment, and nothing else', () => {
  const titles = ['/** The tide. */', '// The tide.', '# The tide.', '<!-- The tide. -->', 'The tide.'];
  expect(titles.map(headline)).toEqual(titles.map(() => 'The tide.'));
  expect(['#include <tide.h>', '--tide', '/** */'].map(headline)).toEqual([
    '#include <tide.h>',
    '--tide',
    '/** */',
  ]);
});
