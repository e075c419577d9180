import { expect, test } from 'vitest';
import { RandomDigests } from '../testing/random-digests.ts';
import { detectors } from './detectors.ts';
import type { FileDigest } from './file-digest.ts';
import {
  affectedDetectors,
  digestedSnapshot,
  findChangedPatterns,
  findPatterns,
  type DigestChange,
} from './find-patterns.ts';
import type { FoundPattern } from './found-pattern.ts';

const declared = { named: [], written: [] };

/** Changes of a few files, some of which go. */
function drawnChanges(
  draw: RandomDigests,
  files: ReadonlyMap<string, FileDigest>,
): Map<string, DigestChange> {
  const count = 1 + draw.number(files.size < 100 ? 60 : 4);
  const known = [...files.keys()];
  const paths = Array.from({ length: count }, () =>
    draw.number(2) === 0 && known.length > 0 ? (known[draw.number(known.length)] ?? '') : draw.path(),
  );
  const all = [...known, ...paths];
  return new Map(
    paths.map((path) => {
      const before = files.get(path) ?? null;
      const isGone = before !== null && draw.number(4) === 0;
      return [path, { before, now: isGone ? null : draw.file(path, all) }];
    }),
  );
}

/** The findings of each rule as its syncs left them. */
function replayed(seed: number, syncs: number): void {
  const draw = new RandomDigests(seed);
  const files = new Map<string, FileDigest>();
  const stored = new Map<string, readonly FoundPattern[]>();
  for (let sync = 0; sync < syncs; sync += 1) {
    const changes = drawnChanges(draw, files);
    const affected = sync === 0 ? detectors : affectedDetectors(changes.values(), false);
    for (const { detector, found } of findChangedPatterns(files, {
      changes,
      affected,
      declared,
      isDeclaredAnew: false,
    }))
      stored.set(detector.name, found);
    const fresh = findPatterns(digestedSnapshot(new Map(files)), detectors);
    for (const { detector, found } of fresh)
      expect([seed, sync, detector.name, stored.get(detector.name)]).toEqual([
        seed,
        sync,
        detector.name,
        found,
      ]);
  }
}

test('what rules keep of a snapshot finds after any changes what they find in it anew', () => {
  for (let seed = 1; seed <= 20; seed += 1) replayed(seed, 25);
});
