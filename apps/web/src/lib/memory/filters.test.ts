import { expect, test } from 'vitest';
import { groupByFile, headline, highlightWords } from './filters.ts';

test('words of the query match in any case, and the runs add up to the text', () => {
  const runs = highlightWords('Allocate a berth, then free the Berth.', 'berth allocate');
  expect(runs.filter((run) => run.hit).map((run) => run.text)).toEqual(['Allocate', 'berth', 'Berth']);
  expect(runs.map((run) => run.text).join('')).toBe('Allocate a berth, then free the Berth.');
});

test('a query of punctuation alone marks nothing', () => {
  expect(highlightWords('a (b) [c', '([*')).toEqual([{ text: 'a (b) [c', hit: false }]);
});

test('hits of one file are grouped at the first of them', () => {
  const hit = (id: string, path: string | null) => ({ entry: { id, path } });
  const groups = groupByFile([hit('1', 'a'), hit('2', null), hit('3', 'a'), hit('4', null)]);
  expect(groups.map((group) => group.hits.map((one) => one.entry.id))).toEqual([['1', '3'], ['2'], ['4']]);
});

test('a title loses its comment marks, and nothing else', () => {
  const titles = ['/** The tide. */', '// The tide.', '# The tide.', '<!-- The tide. -->', 'The tide.'];
  expect(titles.map(headline)).toEqual(titles.map(() => 'The tide.'));
  expect(['#include <tide.h>', '--tide', '/** */'].map(headline)).toEqual([
    '#include <tide.h>',
    '--tide',
    '/** */',
  ]);
});
