import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('the oldest entry is forgotten beyond the size, and setting a key again makes it the newest', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect(map.size).toBe(2);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
  expect(map.delete('a')).toBe(true);
  expect(map.get('a')).toBeUndefined();
});
