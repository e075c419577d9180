import { expect, test } from 'vitest';
import { ProgressShares } from './progress-shares.ts';
import { phases, type SyncPhase } from './sync-state.ts';

const walk = (shares: ProgressShares, run: readonly SyncPhase[]) =>
  run.flatMap((phase) => [0, 0.5, 1].map((share) => shares.at(phase, share)));

test('progress starts at 0, never falls and ends at 1, whichever phases run', () => {
  for (const enrichments of [[], ['EMBED'], ['ANALYZE', 'EMBED'], phases.slice(4)] as SyncPhase[][]) {
    const progress = walk(new ProgressShares(enrichments), [...phases.slice(0, 4), ...enrichments]);
    expect(progress[0]).toBe(0);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
    expect(progress.at(-1)).toBeCloseTo(1, 10);
  }
});

test('a phase in which nothing runs has no share', () => {
  const shares = new ProgressShares(['EMBED']);
  const finalized = walk(shares, ['PREPARE', 'SCAN', 'IMPORT', 'FINALIZE']).at(-1) ?? 0;
  expect(shares.at('ANALYZE', 1)).toBe(finalized);
  expect(shares.at('EMBED', 0)).toBe(finalized);
  expect(new ProgressShares([]).at('IMPORT', 1)).toBeGreaterThan(0.9);
});

test('a skipped phase leaves its share to those that follow', () => {
  const shares = new ProgressShares(['EMBED']);
  shares.at('PREPARE', 1);
  expect(shares.at('FINALIZE', 1)).toBeLessThan(0.1);
  expect(shares.at('EMBED', 1)).toBe(1);
});

test('a share that runs backwards or beyond the phase changes nothing', () => {
  const shares = new ProgressShares([]);
  const half = shares.at('IMPORT', 0.5);
  expect(shares.at('IMPORT', 0.1)).toBe(half);
  expect(shares.at('IMPORT', -1)).toBe(half);
  expect(shares.at('IMPORT', 7)).toBe(shares.at('IMPORT', 1));
});
