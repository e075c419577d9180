import { failureOf, type Failure } from '../graphql/failure.ts';
import { graphql } from '../graphql/graphql.ts';
import { uncachedClient } from '../graphql/uncached-client.ts';

const KeptSyncs = graphql(`
  query KeptSyncs($repositoryId: ID!, $after: String) {
    node(id: $repositoryId) {
      __typename
      id
      ... on Repository {
        syncs(first: 100, after: $after) {
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            id
            branch
            queuedAt
            status
            stats {
              filesTotal
            }
          }
        }
      }
    }
  }
`);

/** A branch of which something is kept, whether its source still has it or not. */
export interface KeptBranch {
  name: string;
  syncs: number;
  /** In its newest finished sync; null when none has finished. */
  files: number | null;
  lastAt: string;
}

/** Which branches of a repository hold history here: told by its syncs, because its source may have forgotten them. */
export async function keptBranches(
  repositoryId: string,
): Promise<{ branches: KeptBranch[]; failure: Failure | null }> {
  const branches = new Map<string, KeptBranch>();
  let after: string | null = null;
  do {
    const { data, error }: Awaited<ReturnType<typeof ask>> = await ask(repositoryId, after);
    if (error !== undefined) return { branches: [], failure: failureOf(error) };
    const page = data?.node?.__typename === 'Repository' ? data.node.syncs : undefined;
    for (const { branch: name, queuedAt, status, stats } of page?.nodes ?? []) {
      // Newest first: the first of a name is its last sync.
      const kept = branches.get(name) ?? { name, syncs: 0, files: null, lastAt: queuedAt };
      if (kept.files === null && status === 'COMPLETED') kept.files = stats.filesTotal;
      kept.syncs += 1;
      branches.set(name, kept);
    }
    after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return { branches: [...branches.values()], failure: null };
}

function ask(repositoryId: string, after: string | null) {
  return uncachedClient().query(KeptSyncs, { repositoryId, after }).toPromise();
}
