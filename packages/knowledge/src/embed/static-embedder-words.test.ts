import { expect, test } from 'vitest';
import { countWords, letterGroups, weightOf } from './static-embedder-words.ts';

test('splits identifiers into parts and keeps each whole one', () => {
  expect([...countWords('createQueue(HTTPServer, snake_case_name)')]).toEqual([
    ['create', 1],
    ['queue', 1],
    ['=createqueue', 1],
    ['http', 1],
    ['server', 1],
    ['=httpserver', 1],
    ['snake', 1],
    ['case', 1],
    ['name', 1],
    ['=snakecasename', 1],
  ]);
});

test('gives the same whole word for camel case, snake case and capitals', () => {
  for (const spelling of ['createQueue', 'create_queue', 'CREATE_QUEUE', 'CreateQueue', '$create_Queue'])
    expect(countWords(spelling).has('=createqueue'), spelling).toBe(true);
});

test('counts repeated words and ignores punctuation', () => {
  expect(countWords('retry, retry; (Retry)')).toEqual(new Map([['retry', 3]]));
  expect(countWords('  {}();\n').size).toBe(0);
});

test('splits letters from digits and keeps letters of other scripts', () => {
  expect([...countWords('utf8 größe 検索').keys()]).toEqual([
    'utf',
    '8',
    '=utf8',
    'gr',
    'öß',
    'e',
    '=größe',
    '検索',
  ]);
});

test('stops at a limit, so that a text of a megabyte costs no more than one of a page', () => {
  expect(countWords('word '.repeat(250_000)).get('word')).toBeLessThanOrEqual(1600);
  expect(countWords(`${'x'.repeat(1_000_000)}`).size).toBe(0);
});

test('hashes groups of three to five letters with the edges of the word', () => {
  const groups = letterGroups('cat', 8192);
  expect(groups).toHaveLength(3 + 2 + 1);
  expect(groups.every((group) => group >= 0 && group < 8192)).toBe(true);
  expect(letterGroups('cat', 8192)).toEqual(groups);
});

test('weighs repeated words by the logarithm of their count', () => {
  expect(weightOf(1)).toBe(1);
  expect(weightOf(10)).toBeCloseTo(3.303, 3);
});
