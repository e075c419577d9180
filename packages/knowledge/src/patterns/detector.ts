import type { Authority, NamedPath } from '../rules/rule-file.ts';
import type { DeclaredLayer } from './declared-layers.ts';
import type { FileDigest } from './file-digest.ts';
import type { FoundPattern } from './found-pattern.ts';

/** A document that people wrote, as far as it forbids imports. */
export interface WrittenRules {
  readonly title: string;
  readonly authority: Authority;
  readonly layers: readonly DeclaredLayer[];
}

/** The rules of a project that do not stand in the files of the snapshot alone. */
export interface Declared {
  /** Paths that people of the project decided on. */
  readonly named: readonly NamedPath[];
  readonly written: readonly WrittenRules[];
}

/** The files of a snapshot as detectors see them. */
export interface DigestedSnapshot {
  /** Every file, in no order. */
  readonly files: ReadonlyMap<string, FileDigest>;
  /** The same in order of the path, made at the first use. */
  readonly ordered: ReadonlyMap<string, FileDigest>;
  /** The files that manifests offer to the outside, made at the first use. */
  readonly offered: ReadonlySet<string>;
  readonly declared: Declared;
}

/**
 * The part of a snapshot that a rule keeps between syncs, so that a change costs what it changes. Everything in it follows from the
 * files that were counted, in whatever order they came, so a tally that went through a thousand changes finds what a fresh one finds.
 */
export interface Tally {
  /** Takes a file out as it was, and in as it is now; null for the side where it is not there. */
  count(path: string, before: FileDigest | null, now: FileDigest | null): void;
  /** The findings in the snapshot, once all its changes are counted: the same list while they stay. */
  find(snapshot: DigestedSnapshot): readonly FoundPattern[];
}

/** The most findings of one detector that are stored. Beyond that a rule describes the code, not its exceptions. */
export const MOST_FOUND = 500;

/** A rule that looks at a snapshot. It depends on nothing else, so the same snapshot always has the same findings. */
export interface Detector {
  /** Its name, such as `import-cycle`. */
  readonly name: string;
  /** Raised when the same snapshot would have other findings. */
  readonly version: number;
  /** The parts of a file that it reads: where none of them changed, its findings stay. */
  readonly reads: readonly (keyof FileDigest)[];
  /** Its tally of a snapshot, of no file yet. */
  readonly tally: () => Tally;
}
