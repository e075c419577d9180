import { expect, test } from 'vitest';
import { scrollToRow } from './scroll-to-row.ts';

const box = { height: 21, boxHeight: 610 };

test('a line far below comes into the middle, so that the lines after it are seen as well', () => {
  const at = 299 * 21;
  const scrollTop = scrollToRow({ ...box, at, scrollTop: 0 }, 'center');
  expect(at - scrollTop).toBeCloseTo((610 - 21) / 2);
});

test('a row that is in sight moves nothing', () => {
  for (const align of ['nearest', 'center'] as const)
    expect(scrollToRow({ ...box, at: 2100, scrollTop: 2000 }, align)).toBe(2000);
});

test('rows that belong together come into sight together, and of more than fit the first ones', () => {
  const at = 19 * 21;
  const scrollTop = scrollToRow({ ...box, at, rows: 11, scrollTop: 0 }, 'center');
  expect(at + 11 * 21 - scrollTop).toBeLessThan(610);
  expect(scrollToRow({ ...box, at, rows: 500, scrollTop: 0 }, 'center')).toBeLessThanOrEqual(at);
});

test('a row above the first half of the list stays below its top', () => {
  expect(scrollToRow({ ...box, at: 42, scrollTop: 5000 }, 'center')).toBe(0);
});

test('a row that is reached by keys appears at the nearest edge', () => {
  expect(scrollToRow({ ...box, at: 2000, scrollTop: 2021 }, 'nearest')).toBe(2000);
  expect(scrollToRow({ ...box, at: 2000, scrollTop: 0 }, 'nearest')).toBe(2000 + 21 - 610);
});

test('a row at the lower edge is centred with the rows after it', () => {
  const at = 27 * 21;
  expect(scrollToRow({ ...box, at, scrollTop: 0 }, 'center')).toBeCloseTo(at - (610 - 21) / 2);
  expect(scrollToRow({ ...box, at, scrollTop: 0 }, 'nearest')).toBe(0);
});
