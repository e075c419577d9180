import { countSyncs, syncPageKey, syncPages, type SyncList } from '@project-sync/db';
import type { Prisma } from '@project-sync/db/prisma';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { textOf } from '../graphql/ids.ts';
import { checkRowPage } from '../graphql/pagination.ts';
import { Project } from './project.ts';
import { Repository } from './repository.ts';
import { ProjectSync } from './sync.ts';
import { SyncStatus } from './sync-enums.ts';

/** What of each row is asked for, and which page. */
type Query = Pick<Prisma.ProjectSyncFindManyArgs, 'select' | 'include' | 'cursor' | 'skip' | 'take'>;

/**
 * A page of syncs: which they are is one statement for all the lists of a turn, and what they are another. Neither reads
 * more than it shows, however long the history is.
 */
async function syncsOf(query: Query, list: SyncList, { reads, prisma }: ApiContext) {
  const { cursor, skip = 0, take = 0, ...selection } = query;
  const { projectId } = list;
  const at = cursor?.projectId_id?.id ?? null;
  const ids = (await syncPages(reads, syncPageKey({ ...list, cursor: at, skip, take }))) ?? [];
  const rows = await Promise.all(
    ids.map((id) =>
      prisma.projectSync.findUnique({ ...selection, where: { projectId_id: { projectId, id } } }),
    ),
  );
  return rows.filter((row) => row !== null);
}

const total = async (list: SyncList, { reads }: ApiContext): Promise<number> =>
  (await countSyncs(reads, syncPageKey({ ...list, cursor: null, skip: 0, take: 0 }))) ?? 0;

type Status = typeof SyncStatus.$inferType;
const inProject = (projectId: string, status: readonly Status[] | null | undefined): SyncList => ({
  projectId,
  repositoryId: null,
  branch: null,
  status: status ?? null,
});

builder.prismaObjectField(Project, 'syncs', (t) =>
  t.prismaConnection(
    {
      type: ProjectSync,
      cursor: 'projectId_id',
      description: 'Its syncs of all branches, newest first.',
      args: { status: t.arg({ type: [SyncStatus], required: false, description: 'Only these.' }) },
      totalCount: ({ id }, { status }, context) => total(inProject(id, status), context),
      resolve: (query, { id }, args, context) => {
        checkRowPage(args);
        return syncsOf(query, inProject(id, args.status), context);
      },
    },
    ...connectionFor('ProjectSync'),
  ),
);

const inRepository = (
  { projectId, id }: { projectId: string; id: string },
  args: { status?: readonly Status[] | null | undefined; branch?: string | null | undefined },
): SyncList => ({ ...inProject(projectId, args.status), repositoryId: id, branch: textOf(args.branch) });

builder.prismaObjectField(Repository, 'syncs', (t) =>
  t.prismaConnection(
    {
      type: ProjectSync,
      cursor: 'projectId_id',
      description: 'Its syncs, newest first.',
      args: {
        branch: t.arg.string({ required: false, description: 'Only of this branch.' }),
        status: t.arg({ type: [SyncStatus], required: false, description: 'Only these.' }),
      },
      totalCount: (repository, args, context) => total(inRepository(repository, args), context),
      resolve: (query, repository, args, context) => {
        checkRowPage(args);
        return syncsOf(query, inRepository(repository, args), context);
      },
    },
    ...connectionFor('ProjectSync'),
  ),
);
