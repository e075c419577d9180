import { expect, test } from 'vitest';
import { plotBars, plotLine } from './spark-shape.ts';

const box = { width: 100, height: 22 };

test('a line reaches from the first value at the left to the last at the right, the greatest at the top', () => {
  expect(plotLine([10, 30, 20], box)).toEqual({
    line: 'M0 21L50 1L100 11',
    area: 'M0 21L50 1L100 11L100 22L0 22Z',
  });
});

test('equal values run through the middle, one value is a point, and none draws nothing', () => {
  expect(plotLine([4, 4], box).line).toBe('M0 11L100 11');
  expect(plotLine([4], box).line).toBe('M0 11');
  expect(plotLine([], box)).toEqual({ line: '', area: '' });
});

test('bars stand on zero, and the least change can be seen', () => {
  expect(plotBars([0, 1, 1000, 500], box)).toEqual([
    { x: 0, y: 22, width: 23, height: 0 },
    { x: 25, y: 21, width: 23, height: 1 },
    { x: 50, y: 0, width: 23, height: 22 },
    { x: 75, y: 11, width: 23, height: 11 },
  ]);
  expect(plotBars([0], box)).toEqual([{ x: 0, y: 22, width: 98, height: 0 }]);
});
