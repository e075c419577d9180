import { expect, test } from 'vitest';
import { byRule, patternFilterIn, writePatternFilter } from './pattern-filter.ts';

const at = (address: string) => new URL(address, 'http://localhost');
const filterOf = (query: string) => patternFilterIn(at(`/?${query}`));

test('a filter that is written to an address is read back, and the place stays', () => {
  const address = writePatternFilter(at('/p/x?branch=v10&pattern=P1'), {
    state: 'DISMISSED',
    severity: 'HIGH',
  });
  expect(address).toBe('/p/x?branch=v10&state=dismissed&severity=high');
  expect(patternFilterIn(at(address))).toEqual({ state: 'DISMISSED', severity: 'HIGH' });
  expect(writePatternFilter(at(address), { state: 'OPEN', severity: null })).toBe('/p/x?branch=v10');
  expect(writePatternFilter(at('/p/x?state=dismissed'), { state: 'OPEN', severity: null })).toBe('/p/x');
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
