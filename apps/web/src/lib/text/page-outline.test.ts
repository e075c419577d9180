import { expect, test } from 'vitest';
import { pageOutline, readingAt } from './page-outline.ts';

const heading = (level: number, text: string) => ({ id: `md-${text.toLowerCase()}`, level, text });
const listed = (...headings: [number, string][]) =>
  pageOutline(headings.map(([level, text]) => heading(level, text))).map(
    ({ text, isInner }) => (isInner ? '> ' : '') + text,
  );

test('an outline has two levels below the title of a page', () => {
  expect(listed([1, 'Title'], [2, 'Install'], [3, 'Linux'], [4, 'Old'], [2, 'Use'])).toEqual([
    'Install',
    '> Linux',
    'Use',
  ]);
});

test('a page without one title lists its highest headings', () => {
  expect(listed([1, 'One'], [2, 'Part'], [1, 'Two'])).toEqual(['One', '> Part', 'Two']);
  expect(listed([3, 'One'], [3, 'Two'], [4, 'Part'])).toEqual(['One', 'Two', '> Part']);
  expect(listed([2, 'Before'], [1, 'Title'], [2, 'After'])).toEqual(['> Before', 'Title', '> After']);
});

test('a page that is seen at a glance has none', () => {
  expect(listed()).toEqual([]);
  expect(listed([1, 'Title'], [2, 'Only'])).toEqual([]);
  expect(listed([4, 'Only'])).toEqual([]);
});

test('a heading that no link can lead to is left out', () => {
  expect(pageOutline([heading(2, 'One'), { id: '', level: 2, text: '🙂' }, heading(2, 'Two')])).toHaveLength(
    2,
  );
});

test('the heading that is read is the last one above the line, or the last in sight at the end', () => {
  const within = { height: 800, isAtEnd: false };
  expect(readingAt([200, 900], 120, within)).toBe(-1);
  expect(readingAt([-500, 120, 900], 120, within)).toBe(1);
  expect(readingAt([-500, 300, 700, 900], 120, within)).toBe(0);
  expect(readingAt([-500, 300, 700, 900], 120, { height: 800, isAtEnd: true })).toBe(2);
});
