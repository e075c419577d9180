import type { ModuleSummary } from '@project-sync/knowledge';
import { expect, test } from 'vitest';
import { KeptModules } from './kept-modules.ts';

const summary: ModuleSummary = {
  path: 'src',
  files: 1,
  tests: 0,
  lines: {},
  purpose: null,
  offers: [],
  exported: 0,
  documented: 0,
  needs: [],
  packages: [],
  tested: [],
  entries: [],
  naming: {},
  named: {},
  test: null,
  sources: [],
  fileNames: 'x',
};
const snapshot = (size: number, free = 0) => ({
  pages: size,
  isPlain: true,
  summaries: new Map(Array.from({ length: size }, (_, index) => [`src/${index}`, summary])),
  free: new Set(Array.from({ length: free }, (_, index) => `src/${index}/package.json`)),
});

test('modules of the snapshots that were asked for least lately make room for others', () => {
  const kept = new KeptModules();
  const modules = snapshot(5_000, 30_000);
  kept.set('one', modules);
  kept.set('two', modules);
  expect(kept.get('one')).toBe(modules);
  kept.set('three', modules);
  expect(['one', 'two', 'three'].map((key) => kept.get(key) === modules)).toEqual([true, false, true]);
});

test('a snapshot that goes, or is kept again, gives its room back, and one that is too large is not kept', () => {
  const kept = new KeptModules();
  for (let again = 0; again < 5; again += 1) kept.set('one', snapshot(9_000));
  kept.set('two', snapshot(10_000));
  expect([kept.get('one'), kept.get('two')].every((modules) => modules !== null)).toBe(true);
  kept.take('two');
  kept.set('three', snapshot(10_000));
  expect(kept.get('one')).not.toBeNull();
  kept.set('one', snapshot(20_000));
  expect(kept.get('one')).toBeNull();
});
