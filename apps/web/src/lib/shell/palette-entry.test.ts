import { expect, test } from 'vitest';
import { groupEntries, syncNumberIn, type PaletteEntry } from './palette-entry.ts';

const entry = (kind: PaletteEntry['kind'], label: string): PaletteEntry => ({ kind, label, detail: '' });

test('entries stand in groups, and keys count through all of them', () => {
  const groups = groupEntries([
    entry('file', 'a.ts'),
    entry('page', 'History'),
    entry('search', 'Search'),
    entry('file', 'b.ts'),
  ]);
  expect(groups.map(({ kind, from, entries }) => [kind, from, entries.length])).toEqual([
    ['page', 0, 1],
    ['file', 1, 2],
    ['search', 3, 1],
  ]);
  expect(groupEntries([])).toEqual([]);
});

test('a number names a sync, with or without its sign', () => {
  expect(syncNumberIn('#12')).toBe(12);
  expect(syncNumberIn(' 7 ')).toBe(7);
  expect(syncNumberIn('v12')).toBeNull();
  expect(syncNumberIn('')).toBeNull();
});
