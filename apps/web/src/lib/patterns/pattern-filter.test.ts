import { expect, test } from 'vitest';
import { byRule, patternFilterIn, writePatternFilter } from './pattern-filter.ts';

const filterOf = (query: string) => patternFilterIn(new URL(`http://localhost/?${query}`));

test('a filter that is written to an address is read back, and the place stays', () => {
  const query = writePatternFilter(
    { search: '?branch=v10&pattern=P1' },
    { state: 'DISMISSED', severity: 'HIGH' },
  );
  expect(query).toBe('?branch=v10&state=dismissed&severity=high');
  expect(filterOf(query.slice(1))).toEqual({ state: 'DISMISSED', severity: 'HIGH' });
  expect(writePatternFilter({ search: query }, { state: 'OPEN', severity: null })).toBe('?branch=v10');
});

test('open patterns of every severity are shown, also where the address has an unknown word', () => {
  expect(filterOf('')).toEqual({ state: 'OPEN', severity: null });
  expect(filterOf('state=nonsense&severity=')).toEqual({ state: 'OPEN', severity: null });
});

test('findings are grouped by their rule, the rule of the first finding first', () => {
  const of = (detector: string, id: number) => ({ detector, id });
  expect(byRule([of('b', 1), of('a', 2), of('b', 3)])).toEqual([
    { detector: 'b', rows: [of('b', 1), of('b', 3)] },
    { detector: 'a', rows: [of('a', 2)] },
  ]);
});
