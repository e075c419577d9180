import type { Source } from '@project-sync/sync';
import { apiError } from '../graphql/errors.ts';
import type { ApiContext } from '../graphql/context.ts';

/** Branches that one request may plan, beyond those that have not moved. */
export const MOST_PLANS = 20;

interface RepositoryKey {
  readonly projectId: string;
  readonly repositoryId: string;
}

/** The trees that the plans of one repository have read so far: most are the same in all of its branches. */
export interface SharedTrees {
  readonly contents: Map<string, Uint8Array>;
  /** The sizes of contents that the source reported along the way. */
  readonly sizes: Map<string, number>;
}

interface Place {
  turn: Promise<unknown>;
  waiting: number;
  source: Promise<Source> | null;
  readonly trees: SharedTrees;
}

interface RequestPlans {
  count: number;
  readonly places: Map<string, Place>;
}

const ofRequests = new WeakMap<ApiContext, RequestPlans>();

/**
 * Runs a plan that has to ask the source. The plans of a request take turns at their repository: they share one open source
 * and the trees they read, and a list of branches never asks a server for all of them at once. More than 20 are refused.
 */
export function planInTurn<T>(
  context: ApiContext,
  key: RepositoryKey,
  work: (source: Source, trees: SharedTrees) => Promise<T>,
): Promise<T> {
  const plans = ofRequests.get(context) ?? { count: 0, places: new Map<string, Place>() };
  ofRequests.set(context, plans);
  plans.count += 1;
  if (plans.count > MOST_PLANS)
    throw apiError(
      'QUERY_TOO_COSTLY',
      `A request plans at most ${MOST_PLANS} branches that have moved. Ask for the plans of fewer branches at a time.`,
    );
  const name = `${key.projectId} ${key.repositoryId}`;
  const place = plans.places.get(name) ?? {
    turn: Promise.resolve(),
    waiting: 0,
    source: null,
    trees: { contents: new Map(), sizes: new Map() },
  };
  plans.places.set(name, place);
  return takeTurn(place, () => context.openSource(key), work);
}

function takeTurn<T>(
  place: Place,
  open: () => Promise<Source>,
  work: (source: Source, trees: SharedTrees) => Promise<T>,
): Promise<T> {
  place.waiting += 1;
  const result = place.turn.then(async () => {
    try {
      return await work(await (place.source ??= open()), place.trees);
    } finally {
      place.waiting -= 1;
      if (place.waiting === 0) await close(place);
    }
  });
  place.turn = result.catch(() => undefined);
  return result;
}

async function close(place: Place): Promise<void> {
  const source = await place.source?.catch(() => null);
  place.source = null;
  await source?.close();
}
