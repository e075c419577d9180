import { expect, test } from 'vitest';
import { definitionsFirst, groupByFile } from './group-hits.ts';

const hit = (id: string, path: string | null, { repository = 'R', reasons = ['WORDS'] } = {}) => ({
  entry: { id, path },
  repository: { id: repository },
  reasons,
});
const ids = (groups: { hits: { entry: { id: string } }[] }[]) =>
  groups.map((group) => group.hits.map((one) => one.entry.id));

test('hits of one file are grouped at the first of them', () => {
  expect(ids(groupByFile([hit('1', 'a'), hit('2', null), hit('3', 'a'), hit('4', null)]))).toEqual([
    ['1', '3'],
    ['2'],
    ['4'],
  ]);
});

test('the same path in two repositories is two files', () => {
  const groups = groupByFile([hit('1', 'a'), hit('2', 'a', { repository: 'R2' })]);
  expect(ids(groups)).toEqual([['1'], ['2']]);
});

test('the definitions of a name stand before all other hits, also before better ones', () => {
  const { definitions, others } = definitionsFirst([
    hit('1', 'a'),
    hit('2', 'b', { reasons: ['SYMBOL', 'WORDS'] }),
    hit('3', 'a'),
  ]);
  expect([ids(definitions), ids(others)]).toEqual([[['2']], [['1', '3']]]);
});
