import { statementKey } from '../consolidate/read-statements.ts';
import type { Grouping } from '../consolidate/group-statements.ts';
import type { PlantedLetter } from './planted-letters.ts';

/** How well a grouping agrees with what was planted. Shares are from 0 to 1. */
export interface JudgedGrouping {
  /** Of the pairs that were merged, those that say the same; and of those that say the same, the merged ones. */
  readonly precision: number;
  readonly recall: number;
  readonly contradictionsMerged: number;
  readonly contradictionsFound: number;
  /** Statements that a correction superseded, of those it had to; and the number of others that it did. */
  readonly correctedRight: number;
  readonly correctedWrong: number;
}

type Judged = PlantedLetter & { readonly key: string };
type Pair = readonly [Judged, Judged];

const base = (fact: string): string => fact.replace(/ (denied|corrected)$/, '');
const isOne = ([a, b]: Pair): boolean => a.fact === b.fact;
const isContradiction = ([a, b]: Pair): boolean => a.fact !== b.fact && base(a.fact) === base(b.fact);

/** Compares a grouping of planted letters, pair by pair, with what was planted. */
export function judgeGrouping(
  letters: readonly PlantedLetter[],
  { groups, pairs, corrected }: Grouping,
): JudgedGrouping {
  const groupOf = new Map(groups.flatMap((group) => group.members.map((key) => [key, group.leader])));
  const gone = new Set(corrected);
  const facts = letters.map((letter): Judged => ({ ...letter, key: statementKey(letter.statement) }));
  const opposed = new Set(
    pairs.flatMap(({ kind, from, to }) =>
      kind === 'contradiction' ? [`${from} ${to}`, `${to} ${from}`] : [],
    ),
  );
  const both = facts.flatMap((a, index) =>
    facts.slice(0, index).flatMap((b): Pair[] => (a.key === b.key ? [] : [[a, b]])),
  );
  const leader = ({ key }: Judged): string => groupOf.get(key) ?? `none of ${key}`;
  const merged = both.filter(([a, b]) => leader(a) === leader(b));
  const missed = both.filter(
    (pair) => isOne(pair) && leader(pair[0]) !== leader(pair[1]) && !pair.some(({ key }) => gone.has(key)),
  );
  const right = merged.filter(isOne).length;
  const denied = both.filter((pair) => pair[0].role === 'denies' && isContradiction(pair));
  const found = denied.filter(([a, b]) => opposed.has(`${leader(a)} ${leader(b)}`));
  const shouldGo = new Set(
    facts
      .filter(
        ({ fact, role }) => role === 'says' && facts.some((other) => other.fact === `${fact} corrected`),
      )
      .map(({ key }) => key),
  );
  return {
    precision: right / merged.length,
    recall: right / (right + missed.length),
    contradictionsMerged: merged.filter(isContradiction).length,
    contradictionsFound: found.length / denied.length,
    correctedRight: [...shouldGo].filter((key) => gone.has(key)).length / shouldGo.size,
    correctedWrong: [...gone].filter((key) => !shouldGo.has(key)).length,
  };
}
