import { expect, test } from 'vitest';
import { nameAround } from './word-at.ts';

test('a name is found at its first letter, inside of it and behind its last', () => {
  const line = 'return allocateBerth($size, 12);';
  expect([7, 10, 20].map((at) => nameAround(line, at))).toEqual(Array(3).fill('allocateBerth'));
  expect(nameAround(line, 22)).toBe('$size');
});

test('a number and a sign are no names', () => {
  expect(nameAround('a = 12;', 5)).toBeNull();
  expect(nameAround('a = 12;', 2)).toBeNull();
});
