import { expect, test } from 'vitest';
import { isFirstOfBranch } from './is-first-of-branch.ts';

const stats = (filesAdded: number) => ({ filesAdded, filesModified: 0, filesRemoved: 0, filesRenamed: 0 });

test('only a sync that left a state with none before it is the first of its branch', () => {
  expect(isFirstOfBranch({ previous: null, snapshot: {}, stats: stats(0) })).toBe(true);
  expect(isFirstOfBranch({ previous: {}, snapshot: {}, stats: stats(3) })).toBe(false);
  // It found nothing new, or failed: it left no state at all.
  expect(isFirstOfBranch({ previous: null, snapshot: null, stats: stats(3) })).toBe(false);
});

test('where no snapshot was asked for, a sync that counted changes left a state', () => {
  expect(isFirstOfBranch({ previous: null, stats: stats(3) })).toBe(true);
  expect(isFirstOfBranch({ previous: null, stats: stats(0) })).toBe(false);
});
