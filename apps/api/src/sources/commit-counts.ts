import { SyncError, type ObjectId, type Source } from '@project-sync/sync';

/** Two commits of a connected repository. */
export interface CommitRange {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly known: ObjectId;
  readonly head: ObjectId;
}

/** Counts the commits of `head` that `known` lacks; null where the source cannot tell. */
export type CountCommits = (range: CommitRange) => Promise<number | null>;

/** A known count never changes, so it is cached; an unknown one may become known, so it is not. */
const CACHE_SIZE = 2000;

/** Counts commits by running their source, once for each range. */
export function commitCounts(
  openSource: (repository: { projectId: string; repositoryId: string }) => Promise<Source>,
): CountCommits {
  const known = new Map<string, number>();
  // One request at a time per repository: a list of branches has a hundred ranges.
  const running = new Map<string, Promise<unknown>>();

  async function count({ projectId, repositoryId, known: base, head }: CommitRange): Promise<number | null> {
    const source = await openSource({ projectId, repositoryId });
    try {
      return await source.commitsBetween(base, head, { signal: AbortSignal.timeout(30_000) });
    } finally {
      await source.close();
    }
  }

  return async (range) => {
    const repository = `${range.projectId} ${range.repositoryId}`;
    const key = `${repository} ${range.known} ${range.head}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const answer = (running.get(repository) ?? Promise.resolve()).then(() => count(range));
    const settled = answer.catch(() => undefined);
    running.set(repository, settled);
    try {
      const commits = await answer;
      if (commits !== null) known.set(key, commits);
      const [oldest] = known.keys();
      if (known.size > CACHE_SIZE && oldest !== undefined) known.delete(oldest);
      return commits;
    } catch (error) {
      // The number is optional: a source that does not answer is reported where the branch itself is read.
      if (error instanceof SyncError || (error instanceof Error && error.name === 'TimeoutError'))
        return null;
      throw error;
    } finally {
      if (running.get(repository) === settled) running.delete(repository);
    }
  };
}
