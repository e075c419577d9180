import type { TextVectors } from '../embed/static-embedder.ts';
import { comparable, relationOf, type Comparable, type Relation } from './compare-statements.ts';
import type { InsightCategory } from './insight-category.ts';
import { neighbourKeys } from './neighbour-keys.ts';

/** A sentence with the times at which it was first and last written. */
export interface DatedStatement {
  readonly key: string;
  readonly quote: string;
  readonly category: InsightCategory;
  /** ISO 8601. */
  readonly first: string;
  readonly last: string;
  /** Solutions that stand beside it in one letter, by their keys. */
  readonly answers?: readonly string[];
}

/** Statements that say one thing. */
export interface StatementGroup {
  /** The key of the statement that was written first: it leads the group. */
  readonly leader: string;
  readonly members: readonly string[];
}

/** Two groups, by the keys of their leaders. */
export interface GroupPair {
  readonly kind: 'contradiction' | 'answer';
  /** The later one of a contradiction; the pain of an answer. */
  readonly from: string;
  readonly to: string;
}

/** The result of grouping; it depends on the set of statements alone, not on their order. */
export interface Grouping {
  readonly groups: readonly StatementGroup[];
  readonly pairs: readonly GroupPair[];
  /** Statements that a later one corrects, by their keys. */
  readonly corrected: readonly string[];
}

/** A solution answers a pain of the same subject from this likeness on. */
const ANSWERS = 0.4;

/** A statement and the parts by which it is compared. */
export interface ReadStatement extends DatedStatement {
  readonly compared: Comparable;
  readonly keys: readonly number[];
}

/** Reads statements for comparing. */
export function readForComparing<T extends DatedStatement>(
  statement: T,
  vectors: TextVectors,
): T & ReadStatement {
  const compared = comparable(statement.quote, vectors);
  return { ...statement, compared, keys: neighbourKeys(compared.features) };
}

/** How two statements bear on each other, for grouping; null where they do not. */
export function bearing(
  a: ReadStatement,
  b: ReadStatement,
  vectors: TextVectors,
): Relation['kind'] | 'answer' | null {
  return edgeOf(a, b, vectors)?.kind ?? null;
}

interface Edge {
  readonly kind: 'same' | 'opposite' | 'answer';
  readonly likeness: number;
}

function edgeOf(a: ReadStatement, b: ReadStatement, vectors: TextVectors): Edge | null {
  const isAnswer = answers(a, b) || answers(b, a);
  if (isAnswer && (a.answers?.includes(b.key) === true || b.answers?.includes(a.key) === true))
    return { kind: 'answer', likeness: 1 };
  const relation = relationOf(a.compared, b.compared, vectors);
  if (relation === null) return null;
  if (isAnswer) return relation.likeness >= ANSWERS ? { kind: 'answer', likeness: relation.likeness } : null;
  const { kind, likeness } = relation;
  return kind === 'related' ? null : { kind, likeness };
}

const answers = (pain: DatedStatement, solution: DatedStatement): boolean =>
  pain.category === 'pain' && solution.category === 'solution';

interface KnownEdge extends Edge {
  readonly a: ReadStatement;
  readonly b: ReadStatement;
}

/** Merges statements that say the same, pairs those that contradict or answer each other, and drops what was corrected. */
export function groupStatements(given: readonly ReadStatement[], vectors: TextVectors): Grouping {
  const statements = given.toSorted((a, b) => order(a.key, b.key));
  const edges = edgesAmong(statements, vectors);
  const corrected = correctedAmong(statements, edges);
  const inForce = statements.filter(({ key }) => !corrected.has(key));
  const live = edges.filter(({ a, b }) => !corrected.has(a.key) && !corrected.has(b.key));
  const groups = mergedGroups(inForce, live);
  return {
    groups: [...new Set(groups.values())].map(groupOf),
    pairs: pairsOf(groups, live),
    corrected: [...corrected],
  };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function edgesAmong(statements: readonly ReadStatement[], vectors: TextVectors): KnownEdge[] {
  const byKey = new Map<number, number[]>();
  const byAnswer = new Map(statements.map(({ key }, index) => [key, index]));
  const edges: KnownEdge[] = [];
  for (const [index, statement] of statements.entries()) {
    const near = new Set<number>();
    for (const key of statement.keys) {
      const list = byKey.get(key) ?? [];
      for (const other of list) near.add(other);
      byKey.set(key, [...list, index]);
    }
    for (const other of near) pushEdge(edges, [statements[other], statement], vectors);
  }
  // Pains and solutions of one letter may have no word in common.
  for (const statement of statements)
    for (const answer of statement.answers ?? []) {
      const other = statements[byAnswer.get(answer) ?? -1];
      if (other !== undefined && !statement.keys.some((key) => other.keys.includes(key)))
        pushEdge(edges, [statement, other], vectors);
    }
  return edges;
}

function pushEdge(
  edges: KnownEdge[],
  [a, b]: readonly [ReadStatement | undefined, ReadStatement | undefined],
  vectors: TextVectors,
): void {
  if (a === undefined || b === undefined) return;
  const edge = edgeOf(a, b, vectors);
  if (edge !== null) edges.push({ ...edge, a, b });
}

/** From the latest correction to the first: one that was itself corrected corrects nothing. */
function correctedAmong(statements: readonly ReadStatement[], edges: readonly KnownEdge[]): Set<string> {
  const opposites = new Map<string, ReadStatement[]>();
  for (const { kind, a, b } of edges)
    if (kind === 'opposite') {
      opposites.set(a.key, [...(opposites.get(a.key) ?? []), b]);
      opposites.set(b.key, [...(opposites.get(b.key) ?? []), a]);
    }
  const corrections = statements
    .filter(({ compared }) => compared.features.isCorrection)
    .toSorted((a, b) => order(b.last, a.last) || order(a.key, b.key));
  const corrected = new Set<string>();
  for (const correction of corrections) {
    if (corrected.has(correction.key)) continue;
    for (const other of opposites.get(correction.key) ?? [])
      if (
        other.last < correction.last ||
        (other.last === correction.last && !other.compared.features.isCorrection)
      )
        corrected.add(other.key);
  }
  return corrected;
}

type Members = readonly ReadStatement[];

/** Merges along the nearest pairs first, and never two groups of which one contradicts the other. */
function mergedGroups(
  statements: readonly ReadStatement[],
  edges: readonly KnownEdge[],
): Map<string, Members> {
  const opposed = new Set(
    edges
      .filter(({ kind }) => kind === 'opposite')
      .flatMap(({ a, b }) => [`${a.key} ${b.key}`, `${b.key} ${a.key}`]),
  );
  const groups = new Map<string, Members>(statements.map((statement) => [statement.key, [statement]]));
  const nearest = edges
    .filter(({ kind }) => kind === 'same')
    .toSorted((x, y) => y.likeness - x.likeness || order(x.a.key, y.a.key) || order(x.b.key, y.b.key));
  for (const { a, b } of nearest) {
    const [left, right] = [groups.get(a.key) ?? [], groups.get(b.key) ?? []];
    if (left === right) continue;
    if (left.some((one) => right.some((other) => opposed.has(`${one.key} ${other.key}`)))) continue;
    const merged = [...left, ...right];
    for (const member of merged) groups.set(member.key, merged);
  }
  return groups;
}

const leaderOf = (members: Members): ReadStatement | undefined =>
  members.toSorted((a, b) => order(a.first, b.first) || order(a.key, b.key))[0];

function groupOf(members: Members): StatementGroup {
  return { leader: leaderOf(members)?.key ?? '', members: members.map(({ key }) => key).toSorted(order) };
}

function pairsOf(groups: ReadonlyMap<string, Members>, edges: readonly KnownEdge[]): GroupPair[] {
  const pairs = new Map<string, GroupPair>();
  for (const { kind, a, b } of edges) {
    if (kind === 'same') continue;
    const [left, right] = [groups.get(a.key) ?? [], groups.get(b.key) ?? []];
    if (left === right) continue;
    const pair = kind === 'answer' ? answerPair(a, b, groups) : contradiction(left, right);
    pairs.set(`${pair.kind} ${pair.from} ${pair.to}`, pair);
  }
  return [...pairs.values()].toSorted((x, y) =>
    order(`${x.kind} ${x.from} ${x.to}`, `${y.kind} ${y.from} ${y.to}`),
  );
}

function answerPair(a: ReadStatement, b: ReadStatement, groups: ReadonlyMap<string, Members>): GroupPair {
  const [pain, solution] = a.category === 'pain' ? [a, b] : [b, a];
  const leader = ({ key }: ReadStatement) => leaderOf(groups.get(key) ?? [])?.key ?? key;
  return { kind: 'answer', from: leader(pain), to: leader(solution) };
}

function contradiction(left: Members, right: Members): GroupPair {
  const [one, other] = [groupOf(left).leader, groupOf(right).leader];
  const isLater = order(latest(left), latest(right)) || order(one, other);
  return { kind: 'contradiction', from: isLater >= 0 ? one : other, to: isLater >= 0 ? other : one };
}

/** When a group was last confirmed. */
export const latest = (members: readonly Pick<DatedStatement, 'last'>[]): string =>
  members.reduce((last, member) => (member.last > last ? member.last : last), '');
