import { graphql, type ResultOf } from '../graphql/graphql.ts';
import type { Place } from '../place/place.ts';

/** The repositories of a project, and a page of the branches that are stored of one of them. */
export const KeptBranchQuery = graphql(`
  query KeptBranch(
    $slug: String!
    $repository: ID = ""
    $chosen: Boolean = false
    $query: String
    $after: String
  ) {
    viewer {
      id
    }
    project(slug: $slug) {
      __typename
      id
      repositories(first: 1) @skip(if: $chosen) {
        nodes {
          __typename
          id
          defaultBranch
          keptBranches(query: $query, first: 100, after: $after) {
            pageInfo {
              hasNextPage
              endCursor
            }
            nodes {
              __typename
              id
              name
              syncCount
              lastSync {
                __typename
                id
              }
            }
          }
        }
      }
    }
    node(id: $repository) @include(if: $chosen) {
      __typename
      id
      ... on Repository {
        defaultBranch
        project {
          __typename
          id
        }
        keptBranches(query: $query, first: 100, after: $after) {
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            __typename
            id
            name
            syncCount
            lastSync {
              __typename
              id
            }
          }
        }
      }
    }
  }
`);

type Answer = ResultOf<typeof KeptBranchQuery>;

/** A branch, and what is stored of it. */
export interface FoundBranch {
  name: string;
  isDefault: boolean;
  /** The sync whose snapshot readers of the branch see; null while nothing is stored. */
  syncId: string | null;
  syncCount: number;
}

/** One question for a page of the kept branches. */
export type AskKept = (variables: {
  repository: string;
  chosen: boolean;
  query: string | null;
  after: string | null;
}) => Promise<Answer>;

/**
 * Finds the branch that a place names, in the database alone. Without a name it is the repository's default branch, or,
 * if nothing is stored of that one, the branch that was synced last. The list filters by part of a name, so it is read
 * on until the exact name has come: a branch called `a` may stand behind a hundred others that contain the letter.
 */
export async function findKeptBranch(place: Place, ask: AskKept): Promise<FoundBranch | null> {
  const scope = { repository: place.repository ?? '', chosen: place.repository !== null };
  let query = place.branch;
  let after: string | null = null;
  let newest: KeptNode | undefined;
  for (;;) {
    const repository = repositoryIn(await ask({ ...scope, query, after }));
    if (repository === null) return null;
    const { defaultBranch, keptBranches } = repository;
    const wanted = place.branch ?? defaultBranch ?? '';
    const exact = keptBranches.nodes.find(({ name }) => name === wanted);
    newest ??= keptBranches.nodes[0];
    if (exact !== undefined) return foundAt(exact, defaultBranch);
    if (!keptBranches.pageInfo.hasNextPage)
      return place.branch === null && newest !== undefined
        ? foundAt(newest, defaultBranch)
        : { name: wanted, isDefault: wanted === defaultBranch, syncId: null, syncCount: 0 };
    // Behind the first hundred the default branch is looked for by its name.
    after = query === null ? null : keptBranches.pageInfo.endCursor;
    query ??= wanted;
  }
}

type KeptRepository = Pick<NonNullable<Answer['project']>, 'repositories'>['repositories'];
type KeptNode = NonNullable<KeptRepository>['nodes'][number]['keptBranches']['nodes'][number];

function repositoryIn({ project, node }: Answer) {
  if (project === null) return null;
  // An address may name a repository of another project, which does not belong on this project's pages.
  if (node != null) return node.__typename === 'Repository' && node.project.id === project.id ? node : null;
  return project.repositories?.nodes[0] ?? null;
}

function foundAt({ name, lastSync, syncCount }: KeptNode, defaultBranch: string | null): FoundBranch {
  return { name, isDefault: name === defaultBranch, syncId: lastSync?.id ?? null, syncCount };
}
