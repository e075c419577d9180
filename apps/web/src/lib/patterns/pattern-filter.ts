import { addressWith } from '../text/address-with.ts';

const STATES = ['OPEN', 'ACCEPTED', 'DISMISSED'] as const;
const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export type PatternState = (typeof STATES)[number];
export type Severity = (typeof SEVERITIES)[number];

/** The part of the patterns that a list shows: one state, and one severity or all. */
export interface PatternFilter {
  state: PatternState;
  severity: Severity | null;
}

/** Reads the filter from an address; a word that is none counts as absent. */
export function patternFilterIn({
  searchParams,
}: {
  searchParams: Pick<URLSearchParams, 'get'>;
}): PatternFilter {
  const state = STATES.find((one) => one.toLowerCase() === searchParams.get('state'));
  const severity = SEVERITIES.find((one) => one.toLowerCase() === searchParams.get('severity'));
  return { state: state ?? 'OPEN', severity: severity ?? null };
}

/** The address of the same page with another filter. The pattern that was open belongs to the old list. */
export function writePatternFilter(
  address: Pick<URL, 'pathname' | 'search'>,
  { state, severity }: PatternFilter,
): string {
  const query = new URLSearchParams(address.search);
  query.delete('pattern');
  if (state === 'OPEN') query.delete('state');
  else query.set('state', state.toLowerCase());
  if (severity === null) query.delete('severity');
  else query.set('severity', severity.toLowerCase());
  return addressWith(address, query);
}

/** A rule with its findings on the page. */
export interface RuleGroup<Row> {
  detector: string;
  rows: Row[];
}

/** The findings by their rule, in the order in which the rules come first. */
export function byRule<Row extends { detector: string }>(rows: readonly Row[]): RuleGroup<Row>[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row.detector, [...(groups.get(row.detector) ?? []), row]);
  return [...groups].map(([detector, found]) => ({ detector, rows: found }));
}
