import { SyncError, type ObjectId, type Source } from '@project-sync/sync';

/** Two commits of a connected repository. */
export interface CommitRange {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly known: ObjectId;
  readonly head: ObjectId;
}

/** How many commits `head` has that `known` has not; null where nobody can tell. */
export type CountCommits = (range: CommitRange) => Promise<number | null>;

/** So many answers are remembered. What lies between two commits never changes; that nobody can tell may. */
const REMEMBERED = 2000;

/** Counts commits by asking their source, once for each two. */
export function commitCounts(
  openSource: (repository: { projectId: string; repositoryId: string }) => Promise<Source>,
): CountCommits {
  const remembered = new Map<string, number>();
  // A list of a hundred branches asks its repository one question after the other.
  const asking = new Map<string, Promise<unknown>>();

  async function ask({ projectId, repositoryId, known, head }: CommitRange): Promise<number | null> {
    const source = await openSource({ projectId, repositoryId });
    try {
      return await source.commitsBetween(known, head, { signal: AbortSignal.timeout(30_000) });
    } finally {
      await source.close();
    }
  }

  return async (range) => {
    const repository = `${range.projectId} ${range.repositoryId}`;
    const key = `${repository} ${range.known} ${range.head}`;
    const found = remembered.get(key);
    if (found !== undefined) return found;
    const answer = (asking.get(repository) ?? Promise.resolve()).then(() => ask(range));
    const settled = answer.catch(() => undefined);
    asking.set(repository, settled);
    try {
      const count = await answer;
      if (count !== null) remembered.set(key, count);
      const [oldest] = remembered.keys();
      if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
      return count;
    } catch (error) {
      // The number is an extra: a source that does not answer is told of where the branch itself is asked for.
      if (error instanceof SyncError || (error instanceof Error && error.name === 'TimeoutError'))
        return null;
      throw error;
    } finally {
      if (asking.get(repository) === settled) asking.delete(repository);
    }
  };
}
