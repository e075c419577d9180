import { MOST_FOUND, type Declared, type DigestedSnapshot, type Detector, type Tally } from './detector.ts';
import { declaredLayer } from './detectors/declared-layer.ts';
import { detectors } from './detectors.ts';
import type { FileDigest } from './file-digest.ts';
import type { FoundPattern } from './found-pattern.ts';
import { publicFiles } from './public-files.ts';
import { comparePaths } from './tally.ts';

type Files = ReadonlyMap<string, FileDigest>;

const nothingDeclared: Declared = { named: [], written: [] };

/** The digests of a snapshot, with what several detectors make of them made when one first asks for it. */
export function digestedSnapshot(files: Files, declared: Declared = nothingDeclared): DigestedSnapshot {
  let ordered: Files | null = null;
  let offered: ReadonlySet<string> | null = null;
  return {
    files,
    declared,
    get ordered() {
      return (ordered ??= new Map([...files].sort(([a], [b]) => comparePaths(a, b))));
    },
    get offered() {
      return (offered ??= publicFiles(files));
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

/** A tally with what it found last. */
interface Running {
  readonly tally: Tally;
  found: readonly FoundPattern[];
}

/** The tallies of the snapshots whose digests a process keeps. They go when the digests go. */
const runningIn = new WeakMap<Files, Map<Detector, Running>>();

/** Runs detectors over a snapshot, and keeps their tallies beside its digests. */
export function findPatterns(snapshot: DigestedSnapshot, run: readonly Detector[]): DetectorResult[] {
  const running = runningIn.get(snapshot.files) ?? new Map<Detector, Running>();
  runningIn.set(snapshot.files, running);
  return run.map((detector) => {
    const tally = detector.tally();
    for (const [path, file] of snapshot.files) tally.count(path, null, file);
    const found = tally.find(snapshot);
    running.set(detector, { tally, found });
    return { detector, found: found.slice(0, MOST_FOUND) };
  });
}

/** Counts changes of a snapshot, and returns what is found now; null if it is what was found before. */
function findAgain(
  running: Running,
  snapshot: DigestedSnapshot,
  changes: ReadonlyMap<string, DigestChange>,
): readonly FoundPattern[] | null {
  for (const [path, { before, now }] of changes) running.tally.count(path, before, now);
  const { found: before } = running;
  running.found = running.tally.find(snapshot);
  if (running.found === before) return null;
  const [had, has] = [before, running.found].map((found) => found.slice(0, MOST_FOUND));
  return has === undefined || JSON.stringify(had) === JSON.stringify(has) ? null : has;
}

/** Changed digests of a snapshot, and the rules whose findings may differ by them. */
export interface SnapshotChange {
  readonly changes: ReadonlyMap<string, DigestChange>;
  readonly affected: readonly Detector[];
  readonly declared: Declared;
  readonly isDeclaredAnew: boolean;
}

/**
 * Changes the digests of a snapshot into those of the next one, and returns the findings of the rules that find something else in it
 * than before. Rules whose tally is kept count the changes; the others look at everything.
 */
export function findChangedPatterns(
  files: Map<string, FileDigest>,
  change: SnapshotChange,
): DetectorResult[] {
  const { changes, affected, declared, isDeclaredAnew } = change;
  const running = new Map(runningIn.get(files));
  if (isDeclaredAnew) running.delete(declaredLayer);
  applyChanges(files, changes);
  const snapshot = digestedSnapshot(files, declared);
  const anew = affected.filter((detector) => !running.has(detector));
  const again = affected.flatMap((detector): DetectorResult[] => {
    const own = running.get(detector);
    const found = own === undefined ? null : findAgain(own, snapshot, changes);
    return found === null ? [] : [{ detector, found }];
  });
  return [...findPatterns(snapshot, anew), ...again];
}

/** Changes the digests of a snapshot into those of the next one. */
function applyChanges(files: Map<string, FileDigest>, changes: ReadonlyMap<string, DigestChange>): void {
  for (const [path, { now }] of changes)
    if (now === null) files.delete(path);
    else files.set(path, now);
}
