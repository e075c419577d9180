import type { ApiContext } from '../graphql/context.ts';
import { branchOf } from './branch-lookup.ts';
import type { SnapshotView } from './snapshot.ts';

/** How many commits the source is ahead of a snapshot; null where the branch has gone or the source cannot tell. */
export async function behindSource(
  { projectId, branchId, commitOid: known }: SnapshotView,
  context: ApiContext,
): Promise<number | null> {
  const row = await context.prisma.branch.findUnique({
    where: { projectId_id: { projectId, id: branchId } },
  });
  if (row === null) return null;
  const { repositoryId, name } = row;
  // A source that does not answer is no reason to answer nothing.
  const branch = await branchOf({ projectId, repositoryId }, name, context).catch(() => null);
  const head = (await branch?.headOid().catch(() => null)) ?? null;
  if (head === null) return null;
  return known === head ? 0 : context.countCommits({ projectId, repositoryId, known, head });
}
