import type { FileDigest } from '@project-sync/knowledge';
import { expect, test } from 'vitest';
import { KeptDigests } from './kept-digests.ts';

const digest: FileDigest = { dialect: 'typescript', role: 'source', lines: 1 };
const snapshot = (size: number) =>
  new Map(Array.from({ length: size }, (_, index) => [`src/${index}.ts`, digest]));

test('digests of the snapshots that were asked for least lately make room for others', () => {
  const kept = new KeptDigests(50_000);
  const files = snapshot(20_000);
  kept.set('one', files);
  kept.set('two', files);
  expect(kept.copy('one')).toEqual(files);
  kept.set('three', files);
  expect(['one', 'two', 'three'].map((key) => kept.take(key) === files)).toEqual([true, false, true]);
});

test('a snapshot that is taken, or is kept again, gives its room back, and one that is too large is not kept', () => {
  const kept = new KeptDigests(50_000);
  for (let again = 0; again < 5; again += 1) kept.set('one', snapshot(20_000));
  kept.set('two', snapshot(30_000));
  expect([kept.copy('one'), kept.take('two')].every((files) => files !== null)).toBe(true);
  expect(kept.take('two')).toBeNull();
  kept.set('three', snapshot(30_000));
  expect(kept.copy('one')).not.toBeNull();
  kept.set('one', snapshot(50_001));
  expect(kept.take('one')).toBeNull();
});

test('who changes a copy changes nothing of what is kept', () => {
  const kept = new KeptDigests(50_000);
  kept.set('one', snapshot(2));
  kept.copy('one')?.clear();
  expect(kept.take('one')?.size).toBe(2);
});
