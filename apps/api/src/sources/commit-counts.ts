import { SyncError, type ObjectId, type Source } from '@project-sync/sync';
import { BoundedMap } from './bounded-map.ts';

/** Two commits of a connected repository. */
interface CommitRange {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly known: ObjectId;
  readonly head: ObjectId;
}

/** Counts the commits in `head` that `known` lacks; null if the source cannot tell. */
export type CountCommits = (range: CommitRange) => Promise<number | null>;

/** The cache size. A known count never changes; an unknown one may become known, so it is not cached. */
const CACHED_COUNTS = 2000;
const TIMEOUT = 30_000;

/** Counts commits by asking their source, once for each pair. */
export function commitCounts(
  openSource: (repository: { projectId: string; repositoryId: string }) => Promise<Source>,
): CountCommits {
  const cached = new BoundedMap<string, number>(CACHED_COUNTS);
  // The branches of a page ask their repository one after the other.
  const queues = new Map<string, Promise<unknown>>();

  async function ask({ projectId, repositoryId, known, head }: CommitRange): Promise<number | null> {
    const source = await openSource({ projectId, repositoryId });
    try {
      return await source.commitsBetween(known, head, { signal: AbortSignal.timeout(TIMEOUT) });
    } finally {
      await source.close();
    }
  }

  return async (range) => {
    const repository = `${range.projectId} ${range.repositoryId}`;
    const key = `${repository} ${range.known} ${range.head}`;
    const found = cached.get(key);
    if (found !== undefined) return found;
    const answer = (queues.get(repository) ?? Promise.resolve()).then(() => ask(range));
    const settled = answer.catch(() => undefined);
    queues.set(repository, settled);
    try {
      const count = await answer;
      if (count !== null) cached.set(key, count);
      return count;
    } catch (error) {
      // The count is optional: a source that fails is reported where the branch itself is read.
      if (error instanceof SyncError || (error instanceof Error && error.name === 'TimeoutError'))
        return null;
      throw error;
    } finally {
      if (queues.get(repository) === settled) queues.delete(repository);
    }
  };
}
