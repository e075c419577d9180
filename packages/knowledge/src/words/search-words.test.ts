import { describe, expect, test } from 'vitest';
import { DIMENSION } from '../embed/embedder.ts';
import { hashedVector } from '../embed/local-embedder.ts';
import { searchWords, wordsOfStem } from './search-words.ts';
import { spread } from '../embed/rotate-vector.ts';

describe('the words of a search', () => {
  test('are alike for words of one family, and leave out what only holds a sentence together', () => {
    expect(searchWords('Renders the rendered rendering')).toBe('rend rend rend');
    expect(searchWords('queries of the query')).toBe('query query');
    expect(searchWords('retry retried retries cookie cookies')).toBe('retry retry retry cooky cooky');
    expect(searchWords('fetchBranchHeads')).toBe('fetchbranchhead fetch branch head');
    expect(searchWords('of the and')).toBe('');
  });

  test('keep other scripts and numbers as they are', () => {
    expect(searchWords('синхронизация 設定 v2')).toBe('синхронизация 設定 v2');
  });
});

describe('a script without spaces', () => {
  test('is found by any two neighbours, and by the words of another script between them', () => {
    expect(searchWords('解析配置').split(' ')).toEqual(['解析配置', '解析', '析配', '配置']);
    const mixed = searchWords('使用fetchBranch文件夹').split(' ');
    expect(mixed).toEqual(expect.arrayContaining(['使用', 'fetch', 'branch', 'fetchbranch', '文件', '件夹']));
    expect(searchWords('한국어').split(' ')).toEqual(['한국어', '한국', '국어']);
  });
});

describe('a spread vector', () => {
  test('keeps every angle, and has hardly a zero left', () => {
    const one = new Float32Array(DIMENSION);
    const two = new Float32Array(DIMENSION);
    one[3] = 0.6;
    one[700] = 0.8;
    two[3] = 1;
    const dot = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
    expect(dot(spread(one), spread(two))).toBeCloseTo(0.6, 5);
    expect(dot(spread(one), spread(one))).toBeCloseTo(1, 5);
    expect(spread(two).filter((value) => value === 0).length).toBeLessThan(DIMENSION / 10);
  });

  test('of a text without words is far from every other', () => {
    const nothing = hashedVector('?! -- 🙂');
    for (const text of ['render the widget', 'return value', 'a'.repeat(60), '設定'])
      expect(
        Math.abs(hashedVector(text).reduce((sum, value, at) => sum + value * (nothing[at] ?? 0), 0)),
      ).toBeLessThan(1e-5);
  });

  test('has signs that tell near texts from far ones', () => {
    const signs = (text: string) => Array.from(hashedVector(text), (value) => value > 0);
    const apart = (a: boolean[], b: boolean[]) => a.filter((sign, at) => sign !== b[at]).length;
    const asked = signs('remove the oldest entry of the cache');
    expect(apart(asked, signs('evict(cache) { cache.delete(oldestEntry(cache)) }'))).toBeLessThan(
      apart(asked, signs('export const port = Number(process.env.PORT)')),
    );
  });
});

test.each([
  'queues',
  'settings',
  'configuration',
  'retries',
  'running',
  'organizer',
  'parser',
  'files',
  'types',
  'migration',
  'deployment',
])('a path with the word %s is among those that its stem is looked up by', (word) => {
  expect(wordsOfStem(searchWords(word))).toContain(word);
});

test('a stem is looked up by words of its family alone', () => {
  expect(wordsOfStem('queu')).toEqual(expect.arrayContaining(['queu', 'queue', 'queues', 'queued']));
  expect(wordsOfStem('set')).not.toContain('setup');
  expect(wordsOfStem('чтение')).toEqual(['чтение']);
  for (const word of wordsOfStem('typ')) expect(searchWords(word)).toBe('typ');
});
