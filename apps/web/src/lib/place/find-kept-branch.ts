import type { ResultOf } from '../graphql/graphql.ts';
import type { KeptBranches } from './kept-branches.graphql.ts';

/** A repository, with a page of the branches that are stored of it. */
export type KeptRepository = ResultOf<typeof KeptBranches>;

/** A branch, and what is stored of it. */
export interface FoundBranch {
  name: string;
  isDefault: boolean;
  /** The sync whose snapshot readers of the branch see; null while nothing is stored. */
  syncId: string | null;
  syncCount: number;
  /** The pin that a restore left; null while syncs may move the branch. */
  pin: KeptRepository['keptBranches']['nodes'][number]['pin'];
}

/** A page of the stored branches whose name contains a text. */
export interface KeptPage {
  query: string | null;
  after: string | null;
}

/**
 * Finds a branch among the stored ones. Without a name it is the repository's default branch, or, if nothing is stored of
 * that one, the branch that was synced last. The list filters by part of a name, so it is read on until the exact name
 * has come: a branch called `a` may stand behind a hundred others that contain the letter.
 */
export async function findKeptBranch(
  named: string | null,
  first: KeptRepository,
  readOn: (page: KeptPage) => Promise<KeptRepository | null>,
): Promise<FoundBranch> {
  const { defaultBranch } = first;
  const wanted = named ?? defaultBranch ?? '';
  const newest = first.keptBranches.nodes[0];
  let page: KeptRepository | null = first;
  let query = named;
  while (page !== null) {
    const { nodes, pageInfo }: KeptRepository['keptBranches'] = page.keptBranches;
    const exact = nodes.find(({ name }) => name === wanted);
    if (exact !== undefined) return foundAt(exact, defaultBranch);
    if (!pageInfo.hasNextPage) break;
    // Behind the first hundred the default branch is looked for by its name.
    const after = query === null ? null : pageInfo.endCursor;
    query ??= wanted;
    page = await readOn({ query, after });
  }
  return named === null && newest !== undefined
    ? foundAt(newest, defaultBranch)
    : { name: wanted, isDefault: wanted === defaultBranch, syncId: null, syncCount: 0, pin: null };
}

function foundAt(
  { name, lastSync, syncCount, pin }: KeptRepository['keptBranches']['nodes'][number],
  defaultBranch: string | null,
): FoundBranch {
  return { name, isDefault: name === defaultBranch, syncId: lastSync?.id ?? null, syncCount, pin };
}
