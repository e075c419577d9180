import { expect, test } from 'vitest';
import { openFilesIn, toggleFile, viewIn, withView } from './diff-address.ts';

const at = (search: string) => new URL(`http://localhost/p/x/history/compare${search}`);

test('opened files and the shape live in the address, beside all else it says', () => {
  const one = at(toggleFile(at('?from=1&to=2'), 'src/a b.ts'));
  expect(one.searchParams.get('from')).toBe('1');
  expect([...openFilesIn(one)]).toEqual(['src/a b.ts']);
  const two = at(toggleFile(one, 'b.ts'));
  expect([...openFilesIn(two)]).toEqual(['src/a b.ts', 'b.ts']);
  expect([...openFilesIn(at(toggleFile(two, 'src/a b.ts')))]).toEqual(['b.ts']);
  const split = at(withView(two, 'split'));
  expect(viewIn(split)).toBe('split');
  expect(openFilesIn(split).size).toBe(2);
  expect(viewIn(at(withView(split, 'unified')))).toBe('unified');
});

test('an address without a query stays one', () => {
  expect(withView(at(''), 'unified')).toBe('?');
  expect(viewIn(at('?view=sideways'))).toBe('unified');
});
