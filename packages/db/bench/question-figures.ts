import type { AcceptedPlace } from './question-set.ts';

/** A place that a search gave: a whole file where the lines are null. */
export interface FoundPlace {
  readonly path: string | null;
  readonly start: number | null;
  readonly end: number | null;
}

/** The ranks of one question's first right hit, from 1 on; 0 where none of the ten is right. */
export interface Outcome {
  readonly kind: string;
  readonly file: number;
  readonly line: number;
}

/** Compares the first ten hits with the accepted places. */
export function outcomeOf(
  kind: string,
  hits: readonly FoundPlace[],
  accepted: readonly AcceptedPlace[],
): Outcome {
  const ten = hits.slice(0, 10);
  const rank = (isRight: (hit: FoundPlace, place: AcceptedPlace) => boolean) =>
    ten.findIndex((hit) => accepted.some((place) => hit.path === place.path && isRight(hit, place))) + 1;
  return {
    kind,
    file: rank(() => true),
    line: rank(
      (hit, { from, to }) => hit.start !== null && hit.end !== null && hit.start <= to && hit.end >= from,
    ),
  };
}

/** The mean reciprocal rank. */
export function meanReciprocalRank(ranks: readonly number[]): number {
  return ranks.reduce((sum, rank) => sum + (rank === 0 ? 0 : 1 / rank), 0) / Math.max(1, ranks.length);
}

/** The share of ranks that are right within the first `depth`. */
export function shareWithin(ranks: readonly number[], depth: number): number {
  return ranks.filter((rank) => rank > 0 && rank <= depth).length / Math.max(1, ranks.length);
}

/** A 95 % confidence interval of a mean reciprocal rank, by 2,000 bootstrap samples from a fixed seed. */
export function bootstrapInterval(ranks: readonly number[]): [number, number] {
  let state = 12345;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
  const means = Array.from({ length: 2000 }, () =>
    meanReciprocalRank(ranks.map(() => ranks[Math.floor(next() * ranks.length)] ?? 0)),
  ).sort((a, b) => a - b);
  return [means[50] ?? 0, means[1949] ?? 0];
}

/** A table row of figures for one search over some outcomes. */
export function figuresRow(name: string, outcomes: readonly Outcome[]): string {
  const of = (kind: string) => outcomes.filter((one) => one.kind === kind);
  const file = outcomes.map((one) => one.file);
  const line = outcomes.map((one) => one.line);
  const kinds = ['concept', 'howto', 'symbol', 'long'].map((kind) => {
    const files = of(kind).map((one) => one.file);
    const lines = of(kind).map((one) => one.line);
    return [meanReciprocalRank(files), shareWithin(files, 10), meanReciprocalRank(lines)]
      .map(three)
      .join(' ');
  });
  const range = (ranks: readonly number[]) => bootstrapInterval(ranks).map(three).join('–');
  return `| ${[
    name,
    `${three(meanReciprocalRank(file))} (${range(file)})`,
    three(shareWithin(file, 1)),
    three(shareWithin(file, 5)),
    three(shareWithin(file, 10)),
    `${three(meanReciprocalRank(line))} (${range(line)})`,
    three(shareWithin(line, 10)),
    ...kinds,
  ].join(' | ')} |`;
}

/** The head of the table that `figuresRow` fills. */
export const figuresHead = `| search | file MRR@10 (95 %) | hit@1 | hit@5 | recall@10 | line MRR@10 (95 %) | recall@10 | concept: file MRR, recall, line MRR | howto | symbol | long |
| --- | --- | --: | --: | --: | --- | --: | --- | --- | --- | --- |`;

/** A figure with three places, without its leading zero. */
export function three(value: number): string {
  return value.toFixed(3).replace(/^0/, '');
}

/** The value below which a share of all values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
