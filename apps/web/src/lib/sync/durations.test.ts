import { expect, test } from 'vitest';
import { durationsOf } from './durations.ts';

test('durations are summed up by their middle and their slow end', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(durationsOf(hundred)).toEqual({ count: 100, median: 51, slow: 96 });
  expect(durationsOf([3])).toEqual({ count: 1, median: 3, slow: 3 });
  expect(durationsOf([])).toBeNull();
});
