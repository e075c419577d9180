import { expect, test } from 'vitest';
import { findInLines } from './find-in-lines.ts';

const lines = ['Tide and tide', 'no', 'the TIDE'];

test('a text is found in any case, each place of a line for itself', () => {
  const { byLine, places } = findInLines(lines, 'tide');
  expect(places).toEqual([0, 0, 2]);
  expect(byLine.get(0)).toEqual([
    { start: 0, end: 4 },
    { start: 9, end: 13 },
  ]);
});

test('a capital letter asks for the exact text', () => {
  expect(findInLines(lines, 'Tide').places).toEqual([0]);
});

test('nothing is found by nothing, and very many places are cut', () => {
  expect(findInLines(lines, '').places).toEqual([]);
  expect(findInLines(['a'.repeat(30_000)], 'a').places).toHaveLength(10_000);
});
