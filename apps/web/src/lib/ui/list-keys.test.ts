import { expect, test } from 'vitest';
import { rowAfter } from './list-keys.ts';

const after = (key: string, at: number, length = 30) => rowAfter({ key }, at, length);

test('arrows, pages and ends move within the list', () => {
  expect(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'].map((key) => after(key, 12))).toEqual([
    13, 11, 22, 2, 0, 29,
  ]);
  expect(['ArrowUp', 'PageUp'].map((key) => after(key, 0))).toEqual([0, 0]);
  expect(['ArrowDown', 'PageDown'].map((key) => after(key, 29))).toEqual([29, 29]);
});

test('other keys move nothing, and nothing moves in an empty list', () => {
  expect(['a', 'Enter', 'Tab', 'constructor'].map((key) => after(key, 3))).toEqual([null, null, null, null]);
  expect(after('End', 0, 0)).toBeNull();
});
