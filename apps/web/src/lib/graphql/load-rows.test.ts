import { expect, test } from 'vitest';
import { loadRows } from './load-rows.ts';

/** A list of a given length, whose cursors are the indexes. */
function listOf(length: number) {
  const asked: number[] = [];
  return {
    asked,
    ask: (first: number, after: string | null) => {
      asked.push(first);
      const start = after === null ? 0 : Number(after);
      const nodes = Array.from({ length: Math.min(first, length - start) }, (_, index) => start + index);
      const end = start + nodes.length;
      return Promise.resolve({
        nodes,
        pageInfo: { hasNextPage: end < length, endCursor: String(end) },
        totalCount: length,
      });
    },
  };
}

test('as many pages are asked for as the rows need, and no more', async () => {
  const list = listOf(1000);
  const page = await loadRows(250, list.ask);
  expect(page.nodes).toHaveLength(250);
  expect(page.nodes.at(-1)).toBe(249);
  expect(page).toMatchObject({ totalCount: 1000, pageInfo: { hasNextPage: true, endCursor: '250' } });
  expect(list.asked).toEqual([100, 100, 50]);
});

test('a list that ends earlier is whole', async () => {
  const list = listOf(30);
  const page = await loadRows(150, list.ask);
  expect(page.nodes).toHaveLength(30);
  expect(page.pageInfo.hasNextPage).toBe(false);
  expect(list.asked).toEqual([100]);
});
