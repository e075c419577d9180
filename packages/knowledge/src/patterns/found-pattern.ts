import type { Certainty } from '../resolve/file-links.ts';

export type PatternKind =
  | 'ARCHITECTURE'
  | 'NAMING'
  | 'SECURITY'
  | 'TESTING'
  | 'DEPENDENCY'
  | 'ANTI_PATTERN'
  | 'SUCCESS'
  | 'PAIN'
  | 'SOLUTION'
  | 'TOOL';

export type PatternSeverity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

/** Lines of a file in which a pattern was seen. */
export interface PatternPlace {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** A finding of a detector in one snapshot. */
export interface FoundPattern {
  /**
   * What makes it this very finding, whatever moved around it: people's judgements are kept under its hash. Line numbers
   * have no place in it.
   */
  readonly subject: string;
  readonly kind: PatternKind;
  readonly severity: PatternSeverity;
  readonly certainty: Certainty;
  readonly title: string;
  readonly description: string;
  readonly suggestion: string | null;
  readonly places: readonly PatternPlace[];
}

/** Beyond this number the places of one pattern are counted, not listed. */
export const MOST_PLACES = 100;
