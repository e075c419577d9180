import { MOST_FOUND, type Declared, type DigestedSnapshot, type Detector } from './detector.ts';
import { declaredLayer } from './detectors/declared-layer.ts';
import { detectors } from './detectors.ts';
import type { FileDigest } from './file-digest.ts';
import type { FoundPattern } from './found-pattern.ts';
import { SnapshotGraph } from './snapshot-graph.ts';

const nothingDeclared: Declared = { named: [], written: [] };

/** The digests of a snapshot, with the graph made when a detector first asks for it. */
export function digestedSnapshot(
  files: ReadonlyMap<string, FileDigest>,
  declared: Declared = nothingDeclared,
): DigestedSnapshot {
  let graph: SnapshotGraph | null = null;
  return {
    files,
    declared,
    get graph() {
      return (graph ??= new SnapshotGraph(files));
    },
  };
}

/** A file before and after a sync; null for the side where it is not there. */
export interface DigestChange {
  readonly before: FileDigest | null;
  readonly now: FileDigest | null;
}

/** The detectors whose findings may differ after these changes of files, and of what people declared. */
export function affectedDetectors(changes: Iterable<DigestChange>, isDeclaredAnew: boolean): Detector[] {
  const left = new Set(detectors);
  if (isDeclaredAnew) left.delete(declaredLayer);
  for (const { before, now } of changes) {
    if (left.size === 0) break;
    const changed = new Map<keyof FileDigest, boolean>();
    const differs = (part: keyof FileDigest): boolean => {
      const known = changed.get(part);
      if (known !== undefined) return known;
      const found =
        before === null || now === null || JSON.stringify(before[part]) !== JSON.stringify(now[part]);
      changed.set(part, found);
      return found;
    };
    for (const detector of left) if (detector.reads.some(differs)) left.delete(detector);
  }
  return detectors.filter((detector) => !left.has(detector));
}

/** The findings of one rule. */
export interface DetectorResult {
  readonly detector: Pick<Detector, 'name' | 'version'>;
  readonly found: readonly FoundPattern[];
}

/** Runs detectors over a snapshot. */
export function findPatterns(snapshot: DigestedSnapshot, run: readonly Detector[]): DetectorResult[] {
  return run.map((detector) => ({ detector, found: detector.find(snapshot).slice(0, MOST_FOUND) }));
}
