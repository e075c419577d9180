import { expect, test } from 'vitest';
import { WordCounts } from './word-counts.ts';

test('a count is known for a project and its newest passage, until something newer is learnt', () => {
  const counts = new WordCounts();
  counts.learn('a', ['queue', 'open'], { held: [3, 70], newest: 8n });
  counts.learn('a', ['leas'], { held: [1], newest: 8n });
  expect(counts.of('a', ['open', 'leas', 'none'])).toEqual({ held: [70, 1, -1], newest: 8n });
  expect(counts.of('b', ['open'])).toEqual({ held: [-1], newest: 0n });
  counts.learn('a', ['leas'], { held: [2], newest: 9n });
  expect(counts.of('a', ['open', 'leas'])).toEqual({ held: [-1, 2], newest: 9n });
});

test('counts end with their time, and with the passages of their project', () => {
  let now = 0;
  const counts = new WordCounts(() => now);
  counts.learn('a', ['queue'], { held: [3], newest: 8n });
  now = 600_000;
  expect(counts.of('a', ['queue']).held).toEqual([3]);
  now += 1;
  expect(counts.of('a', ['queue']).held).toEqual([-1]);
  counts.learn('a', ['open'], { held: [4], newest: 8n });
  expect(counts.of('a', ['queue', 'open']).held).toEqual([-1, 4]);
  counts.forget('a');
  expect(counts.of('a', ['open']).held).toEqual([-1]);
});

test('only the projects asked about last are remembered', () => {
  const counts = new WordCounts();
  for (let at = 0; at <= 50; at += 1) counts.learn(`p${at}`, ['queue'], { held: [at], newest: 1n });
  expect([counts.of('p0', ['queue']).held, counts.of('p1', ['queue']).held]).toEqual([[-1], [1]]);
});
