import type { Declared, DetectorResult, DigestInput, FileDigest } from '@project-sync/knowledge';

/** How a snapshot stands before its patterns are looked for. */
export interface PatternsStart {
  /** An earlier worker has found the patterns of this very snapshot. */
  readonly isDone: boolean;
  /** The snapshot whose digests and patterns are taken over; without one, every file is read. */
  readonly from: 'OWN' | 'OTHER' | 'NOTHING';
  /** Whether other rules looked at that snapshot. */
  readonly isOfOldRules: boolean;
}

/** A path that may have another digest than before; null where the file is gone. */
export interface TouchedInput {
  readonly path: string;
  readonly input: DigestInput | null;
}

/** The findings that replace those of the same detectors. Other detectors keep theirs. */
export interface PatternResult {
  readonly version: number;
  readonly results: readonly DetectorResult[];
  /** The files of the snapshot, at least those that were asked for together with changed ones, and the changed paths. */
  readonly files: Map<string, FileDigest>;
  readonly changed: ReadonlySet<string>;
}

/** The syncs that are looked back at, those of many files left out, and the rules whose findings are asked for. */
export interface ContextWanted {
  readonly syncs: number;
  readonly mostFiles: number;
  readonly rules: readonly string[];
}

/** The things that rules read beside the files of a snapshot. */
export interface PatternContext {
  /** The rules of the project that bind imports of the branch, and whether they were others for the snapshot to start from. */
  readonly declared: Declared;
  readonly isDeclaredAnew: boolean;
  /** The paths that each of the last syncs of the branch changed, the newest last. */
  readonly recent: readonly (readonly string[])[];
  /** The findings of the rules that were asked for, in the snapshot to start from. */
  readonly open: readonly { readonly rule: string; readonly subject: string }[];
}

/** Storage for the patterns of one analysed snapshot. Writes check the lease and the fence. */
export interface PatternStore {
  /** Chooses the snapshot to start from. Called first. */
  start(version: number): Promise<PatternsStart>;
  /**
   * The digests of the snapshot to start from: all of them, or at least those of some paths. They are the caller's, who changes them into
   * those of the snapshot and publishes them.
   */
  digests(paths: ReadonlySet<string> | null): Promise<Map<string, FileDigest>>;
  /** Reads everything that rules need beside the files. */
  context(wanted: ContextWanted): Promise<PatternContext>;
  /** The files that may have another digest than in the snapshot to start from, in pages; all where there is none. */
  touched(): AsyncGenerator<readonly TouchedInput[]>;
  /** Makes the patterns of the snapshot visible at once. */
  publish(result: PatternResult): Promise<void>;
}
