import { expect, test } from 'vitest';
import { matchRanges } from './match-ranges.ts';
import { searchWords } from './search-words.ts';

const marked = (text: string, question: string) =>
  matchRanges(text, new Set(searchWords(question).split(' '))).map(({ start, end }) =>
    text.slice(start, end),
  );

test('words of one family, whole identifiers and their parts are marked', () => {
  expect(marked('the queues are retried by retryQueue(job)', 'queue retry')).toEqual([
    'queues',
    'retried',
    'retryQueue',
  ]);
  expect(marked('fetchBranchHeads(HTTPServer)', 'branch server')).toEqual(['Branch', 'Server']);
});

test('what holds a sentence together is not marked, and neither is a part of another word', () => {
  expect(marked('the other of them', 'the of them')).toEqual([]);
  expect(marked('concatenate', 'cat')).toEqual([]);
});
