import type { Certainty } from '../resolve/file-links.ts';
import type { PatternSeverity } from './found-pattern.ts';

/** The part of a pattern that decides its place in a list. */
export interface RankedPattern {
  readonly detector: string;
  readonly subject: string;
  readonly severity: PatternSeverity | null;
  readonly certainty: Certainty;
  /** Whether the sync of the snapshot saw it first. */
  readonly isNew?: boolean;
  /** Whether people dismiss what its rule finds. */
  readonly isTurnedDown?: boolean;
}

const severities: readonly PatternSeverity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];
const certainties: readonly Certainty[] = ['PROVEN', 'LIKELY', 'UNPROVEN'];

/**
 * The order in which people read patterns: what changed, then what is grave, then what is certain. Rules take turns, for
 * forty findings of one rule say less than the first of each; those of rules that were turned down come last.
 */
export function rankPatterns<T extends RankedPattern>(patterns: readonly T[]): T[] {
  const ordered = patterns.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  const turns = new Map<string, number>();
  const withTurn = ordered.map((pattern) => {
    const group = [pattern.isTurnedDown, pattern.isNew, pattern.severity, pattern.detector].join();
    const turn = turns.get(group) ?? 0;
    turns.set(group, turn + 1);
    return { pattern, turn };
  });
  return withTurn.toSorted((a, b) => compare(turnKeyOf(a), turnKeyOf(b))).map(({ pattern }) => pattern);
}

type Key = readonly (number | string)[];

const keyOf = ({ isTurnedDown, isNew, severity, certainty, detector, subject }: RankedPattern): Key => [
  isTurnedDown === true ? 1 : 0,
  isNew === true ? 0 : 1,
  severity === null ? severities.length : severities.indexOf(severity),
  certainties.indexOf(certainty),
  detector,
  subject,
];

function turnKeyOf({ pattern, turn }: { readonly pattern: RankedPattern; readonly turn: number }): Key {
  const [turnedDown = 0, known = 0, severity = 0, ...rest] = keyOf(pattern);
  return [turnedDown, known, severity, turn, ...rest];
}

function compare(a: Key, b: Key): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}
