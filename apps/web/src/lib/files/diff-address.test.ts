import { expect, test } from 'vitest';
import { isOpenIn, opensAllIn, toggleFile, viewIn, withAll, withView } from './diff-address.ts';

const at = (address: string) => new URL(address, 'http://localhost/p/x/history/compare');

test('opened files and the shape live in the address, beside all else it says', () => {
  const one = at(toggleFile(at('?from=1&to=2'), 'src/a b.ts'));
  expect(one.searchParams.get('from')).toBe('1');
  expect(['src/a b.ts', 'b.ts'].map(isOpenIn(one))).toEqual([true, false]);
  const two = at(toggleFile(one, 'b.ts'));
  expect(['src/a b.ts', 'b.ts'].map(isOpenIn(two))).toEqual([true, true]);
  expect(['src/a b.ts', 'b.ts'].map(isOpenIn(at(toggleFile(two, 'src/a b.ts'))))).toEqual([false, true]);
  const split = at(withView(two, 'split'));
  expect(viewIn(split)).toBe('split');
  expect(['src/a b.ts', 'b.ts', 'c.ts'].map(isOpenIn(split))).toEqual([true, true, false]);
  expect(viewIn(at(withView(split, 'unified')))).toBe('unified');
});

test('all files open at once, but for those that are closed again', () => {
  const all = at(withAll(at('?from=1&file=a.ts'), true));
  expect([opensAllIn(all), ...['a.ts', 'b.ts'].map(isOpenIn(all))]).toEqual([true, true, true]);
  const but = at(toggleFile(all, 'a.ts'));
  expect(['a.ts', 'b.ts'].map(isOpenIn(but))).toEqual([false, true]);
  const none = at(withAll(but, false));
  expect([none.search, ...['a.ts', 'b.ts'].map(isOpenIn(none))]).toEqual(['?from=1', false, false]);
});

test('an address without a query stays one', () => {
  expect(withView(at(''), 'unified')).toBe('/p/x/history/compare');
  expect(viewIn(at('?view=sideways'))).toBe('unified');
});
