import { SyncError } from '@project-sync/sync';
import { finalizedOf, withSource, type BranchView } from './branch.ts';
import type { ApiContext } from './context.ts';

/** So many answers are remembered. What lies between two commits never changes; that nobody can tell may. */
const REMEMBERED = 2000;
const remembered = new Map<string, number>();
/** A list of a hundred branches asks its repository one question after the other. */
const asking = new Map<string, Promise<unknown>>();

/** How many commits a branch's source has that its newest snapshot has not; null where nobody can tell. */
export async function commitsBehind(branch: BranchView, context: ApiContext): Promise<number | null> {
  const kept = finalizedOf(branch)?.commitOid ?? null;
  const { headOid: head, projectId, repositoryId } = branch;
  if (kept === null || head === null) return null;
  if (kept === head) return 0;
  const repository = `${projectId} ${repositoryId}`;
  const key = `${repository} ${kept} ${head}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const before = asking.get(repository) ?? Promise.resolve();
  const answer = before.then(() =>
    withSource(branch, context, (source, signal) => source.commitsBetween(kept, head, { signal })),
  );
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
    if (error instanceof SyncError || (error instanceof Error && error.name === 'TimeoutError')) return null;
    throw error;
  } finally {
    if (asking.get(repository) === settled) asking.delete(repository);
  }
}
