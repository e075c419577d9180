import { expect, test } from 'vitest';
import { filterIn, isNarrowed, rowsIn, syncVariables, withFilter, withRows } from './history-filter.ts';

const at = (search: string) => new URL(`http://localhost/p/x/history${search}`);

test('the address names the filters, and a value that is none filters nothing', () => {
  expect(filterIn(at('?of=all&status=FAILED&trigger=WEBHOOK&by=U'))).toEqual({
    of: 'all',
    status: 'FAILED',
    trigger: 'WEBHOOK',
    by: 'U',
    rows: 50,
  });
  const none = filterIn(at('?of=moon&status=failed&trigger=&by='));
  expect(none).toMatchObject({ of: 'branch', status: null, trigger: null, by: null });
  expect(isNarrowed(none)).toBe(false);
});

test('more rows are asked for in the address, within bounds', () => {
  expect(rowsIn(at('?rows=100'))).toBe(100);
  expect(rowsIn(at('?rows=1'))).toBe(50);
  expect(rowsIn(at('?rows=99999'))).toBe(1000);
  expect(rowsIn(at('?rows=many'))).toBe(50);
  expect(withRows(at('?branch=dev&after=C'), 150)).toBe('/p/x/history?branch=dev&rows=150');
});

test('another filter begins at the first row and keeps the place', () => {
  expect(withFilter(at('?branch=dev&rows=150&status=FAILED'), { status: '', of: 'all' })).toBe(
    '/p/x/history?branch=dev&of=all',
  );
  expect(withFilter(at('?status=FAILED'), { status: '' })).toBe('/p/x/history');
});

test('the extent decides whether repository and branch narrow the list', () => {
  const place = { repository: 'R', branch: 'dev' };
  expect(syncVariables(filterIn(at('')), place)).toMatchObject({ repositoryId: 'R', branch: 'dev' });
  expect(syncVariables(filterIn(at('?of=repository')), place)).toMatchObject({
    repositoryId: 'R',
    branch: null,
  });
  expect(syncVariables(filterIn(at('?of=all&status=FAILED')), place)).toMatchObject({
    repositoryId: null,
    branch: null,
    status: ['FAILED'],
  });
});
