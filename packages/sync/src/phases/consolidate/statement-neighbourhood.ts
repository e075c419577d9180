import {
  bearing,
  isInsightCategory,
  readForComparing,
  type ReadStatement,
  type TextVectors,
} from '@project-sync/knowledge';
import type { ConsolidationStore, ToldStatement } from '../../ports/consolidation-store.ts';

/** The change that is consolidated: what was read, and what went with the sources that are gone. */
export interface StatementChange {
  readonly added: readonly ToldStatement[];
  readonly gone: readonly ToldStatement[];
  readonly goneSources: ReadonlySet<string>;
}

/** Every statement that a change bears on, with its places. */
export interface Neighbourhood {
  readonly statements: readonly ReadStatement[];
  readonly places: ReadonlyMap<string, readonly ToldStatement[]>;
  /** The keys of the statements, and of those that went. */
  readonly touched: readonly string[];
}

/**
 * Collects what a change bears on: from the statements that came or went to those that say the same, the opposite or the
 * answer, and from these on. Whatever is not reached keeps its groups, so a change costs what it touches.
 */
export async function neighbourhoodOf(
  store: Pick<ConsolidationStore, 'neighbours'>,
  change: StatementChange,
  { vectors, signal }: { readonly vectors: TextVectors; readonly signal: AbortSignal },
): Promise<Neighbourhood> {
  const added = Map.groupBy(change.added, ({ key }) => key);
  const pool = new Map<string, readonly ToldStatement[]>();
  const read = new Map<string, ReadStatement>();
  let frontier = [...readAll(change.added, vectors), ...readAll(change.gone, vectors)];
  const touched = new Set(frontier.map(({ key }) => key));
  while (frontier.length > 0) {
    signal.throwIfAborted();
    const keys = frontier.flatMap(({ key, answers = [] }) => [key, ...answers]);
    const near = await store.neighbours(
      [...new Set(frontier.flatMap((one) => one.keys))],
      [...new Set(keys)],
    );
    const stored = near.filter(({ source }) => !change.goneSources.has(source));
    for (const [key, places] of Map.groupBy([...stored, ...change.added], (one) => one.key))
      if (!pool.has(key)) pool.set(key, merged(places, added.get(key) ?? []));
    for (const [key, places] of pool) if (!read.has(key)) read.set(key, readOne(places, vectors));
    const reached = reachedFrom(frontier, { read, touched, vectors });
    for (const { key } of reached) touched.add(key);
    frontier = reached;
  }
  const places = new Map([...pool].filter(([key]) => touched.has(key)));
  return {
    statements: [...read.values()].filter(({ key }) => touched.has(key)),
    places,
    touched: [...touched],
  };
}

function reachedFrom(
  frontier: readonly ReadStatement[],
  known: {
    readonly read: ReadonlyMap<string, ReadStatement>;
    readonly touched: ReadonlySet<string>;
    readonly vectors: TextVectors;
  },
): ReadStatement[] {
  const byNeighbour = new Map<number, ReadStatement[]>();
  for (const one of frontier)
    for (const key of one.keys) byNeighbour.set(key, [...(byNeighbour.get(key) ?? []), one]);
  const named = new Set(frontier.flatMap(({ key, answers = [] }) => [key, ...answers]));
  const bears = (candidate: ReadStatement): boolean => {
    if (named.has(candidate.key) || candidate.answers?.some((answer) => named.has(answer)) === true)
      return true;
    const near = new Set(candidate.keys.flatMap((key) => byNeighbour.get(key) ?? []));
    return [...near].some((one) => {
      const kind = bearing(one, candidate, known.vectors);
      return kind !== null && kind !== 'related';
    });
  };
  return [...known.read.values()].filter(
    (candidate) => !known.touched.has(candidate.key) && bears(candidate),
  );
}

/** The places of one statement, each once: a source that is read again is both stored and new. */
function merged(stored: readonly ToldStatement[], added: readonly ToldStatement[]): ToldStatement[] {
  const fresh = new Set(added.map(({ source }) => source));
  return [...stored.filter(({ source }) => !fresh.has(source)), ...added];
}

const readAll = (statements: readonly ToldStatement[], vectors: TextVectors): ReadStatement[] =>
  [...Map.groupBy(statements, ({ key }) => key).values()].map((places) => readOne(places, vectors));

/** One statement of all its places: the first one written gives the category. */
function readOne(places: readonly ToldStatement[], vectors: TextVectors): ReadStatement {
  const ordered = places.toSorted(
    (a, b) => compared(a.writtenAt, b.writtenAt) || compared(a.source, b.source) || a.ordinal - b.ordinal,
  );
  const first = ordered[0];
  if (first === undefined) throw new Error('A statement has at least one place.');
  return readForComparing(
    {
      key: first.key,
      quote: first.quote,
      category: isInsightCategory(first.category) ? first.category : 'pattern',
      first: first.writtenAt,
      last: ordered.at(-1)?.writtenAt ?? first.writtenAt,
      answers: [...new Set(places.flatMap(({ answers }) => answers))].toSorted(compared),
    },
    vectors,
  );
}

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
