import { expect, test } from 'vitest';
import { barPaths, columnAt, highestOf } from './plot-shape.ts';

const size = { width: 100, height: 50 };

test('the bars of a column stand on each other, and the highest fills the plot', () => {
  const paths = barPaths([{ values: [1, 3] }, { values: [2, 0] }], size);
  expect(paths).toEqual(['M0 50V37.5h48.5V50zM50 50V25h48.5V50z', 'M0 37.5V0h48.5V37.5z']);
});

test('a plot of zeros, and an empty one, draw nothing', () => {
  expect(highestOf([{ values: [0] }])).toBe(1);
  expect(barPaths([{ values: [0] }], size)).toEqual(['']);
  expect(barPaths([], size)).toEqual([]);
});

test('a thousand syncs are one path, whose bars leave no gaps', () => {
  const [path = ''] = barPaths(
    Array.from({ length: 1000 }, () => ({ values: [1] })),
    { width: 500, height: 50 },
  );
  expect(path.match(/M/g)).toHaveLength(1000);
  expect(path).toContain('h0.5');
});

test('a pointer finds its column, at the edges too', () => {
  expect([0, 0.49, 0.5, 1, -1].map((share) => columnAt(share, 2))).toEqual([0, 0, 1, 1, 0]);
});
