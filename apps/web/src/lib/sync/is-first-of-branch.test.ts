import { expect, test } from 'vitest';
import { isFirstOfBranch } from './is-first-of-branch.ts';

const stats = (filesAdded: number) => ({ filesAdded, filesModified: 0, filesRemoved: 0, filesRenamed: 0 });

test('only a sync that left a state with none before it is the first of its branch', () => {
  expect(isFirstOfBranch({ isFirst: true, snapshot: {}, stats: stats(0) })).toBe(true);
  expect(isFirstOfBranch({ isFirst: false, snapshot: {}, stats: stats(3) })).toBe(false);
  // It found nothing new, or failed: it left no state at all.
  expect(isFirstOfBranch({ isFirst: true, snapshot: null, stats: stats(3) })).toBe(false);
});

test('where no snapshot was asked for, a sync that counted changes left a state', () => {
  expect(isFirstOfBranch({ isFirst: true, stats: stats(3) })).toBe(true);
  expect(isFirstOfBranch({ isFirst: true, stats: stats(0) })).toBe(false);
});
