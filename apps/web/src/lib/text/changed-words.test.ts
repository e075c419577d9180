import { expect, test } from 'vitest';
import { changedWords } from './changed-words.ts';

const marked = (before: string, after: string) => {
  const found = changedWords(before, after);
  return {
    before: found.before.map(({ start, end }) => before.slice(start, end)),
    after: found.after.map(({ start, end }) => after.slice(start, end)),
  };
};

test('the words that differ are marked, on either side', () => {
  expect(marked('const port = 4000;', 'const port = 4001;')).toEqual({ before: ['4000'], after: ['4001'] });
  expect(marked('call(a, b)', 'call(a, c, b)')).toEqual({ before: [], after: ['c, '] });
  expect(marked('await load(user)', 'return load(user, now)')).toEqual({
    before: ['await'],
    after: ['return', ', now'],
  });
});

test('a line that shares next to nothing is not marked word by word', () => {
  expect(marked('import x from "y";', 'function different() {')).toEqual({ before: [], after: [] });
  expect(marked('', 'added')).toEqual({ before: [], after: [] });
});

test('a line of thousands of words is compared at its ends', () => {
  const middle = (word: string) => Array.from({ length: 2000 }, (_, index) => `${word}${index}`).join(' ');
  const found = changedWords(`start ${middle('a')} end`, `start ${middle('b')} end`);
  expect(found.before.length).toBeLessThanOrEqual(1);
});
