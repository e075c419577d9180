import { expect, test } from 'vitest';
import { asWritten, mentionsIn } from './mentions-in.ts';

const count = (vector: string, words: readonly string[]): number[] => mentionsIn(vector, asWritten(words));

test('every position of a word is a mention, up to twelve', () => {
  const vector = `'open':3 'often':1,2,3,4,5,6,7,8,9,10,11,12,13,14 'queue':1,7A,12`;
  expect(count(vector, ['queue', 'often', 'open', 'none'])).toEqual([3, 12, 1, 0]);
});

test('a word that PostgreSQL has to quote is found by what it says', () => {
  const vector = `'''':2,3 'a b':4 'c\\\\d':5,6 'it''s':7 'sit''':8`;
  expect(count(vector, [`'`, 'a b', 'c\\d', `it's`, `sit'`, 's'])).toEqual([2, 1, 2, 1, 1, 0]);
});

test('a word without positions counts once, and an empty passage says nothing', () => {
  expect(count(`'a' 'b' 'c':9`, ['b', 'c'])).toEqual([1, 1]);
  expect(count('', ['b'])).toEqual([0]);
});
