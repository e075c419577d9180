import { countSyncs, syncPages, type SyncList } from '@project-sync/db';
import type { Prisma } from '@project-sync/db/prisma';
import type { ApiContext } from '../graphql/context.ts';
import { textOf } from '../graphql/ids.ts';
import type { SyncStatus } from './sync-enums.ts';

/** The selection of each row and the page, as the Prisma plugin derives them from the query. */
type Query = Pick<Prisma.ProjectSyncFindManyArgs, 'select' | 'include' | 'cursor' | 'skip' | 'take'>;

type Status = typeof SyncStatus.$inferType;

/** A page of syncs, newest first: one statement finds the IDs of all pages of a tick, another reads their rows. */
export async function syncsOf(query: Query, list: SyncList, { reads, prisma }: ApiContext) {
  const { cursor, skip = 0, take = 0, ...selection } = query;
  const { projectId } = list;
  const ids = await syncPages(reads, { ...list, cursor: cursor?.projectId_id?.id ?? null, skip, take });
  const rows = await Promise.all(
    ids.map((id) =>
      prisma.projectSync.findUnique({ ...selection, where: { projectId_id: { projectId, id } } }),
    ),
  );
  return rows.filter((row) => row !== null);
}

/** The number of syncs of a list, on all pages. */
export function countSyncsOf(list: SyncList, { reads }: ApiContext): Promise<number> {
  return countSyncs(reads, list);
}

/** The syncs of a project. */
export function syncsInProject(projectId: string, status: readonly Status[] | null | undefined): SyncList {
  return { projectId, repositoryId: null, branch: null, status: status ?? null };
}

/** The syncs of a repository, or of one of its branches. */
export function syncsInRepository(
  { projectId, id }: { readonly projectId: string; readonly id: string },
  args: {
    readonly status?: readonly Status[] | null | undefined;
    readonly branch?: string | null | undefined;
  },
): SyncList {
  return { ...syncsInProject(projectId, args.status), repositoryId: id, branch: textOf(args.branch) };
}
