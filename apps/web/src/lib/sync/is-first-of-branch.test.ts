import { expect, test } from 'vitest';
import { isFirstOfBranch } from './is-first-of-branch.ts';

test('only a sync that left a state with none before it is the first of its branch', () => {
  expect(isFirstOfBranch({ previous: null, snapshot: {} })).toBe(true);
  expect(isFirstOfBranch({ previous: {}, snapshot: {} })).toBe(false);
  // It found nothing new, or failed: it left no state at all.
  expect(isFirstOfBranch({ previous: null, snapshot: null })).toBe(false);
});
