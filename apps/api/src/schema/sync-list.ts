import { randomUUID } from 'node:crypto';
import { countSyncs, syncPages, type SyncList } from '@project-sync/db';
import type { Prisma } from '@project-sync/db/prisma';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { tenantId, textOf, userIdOf } from '../graphql/ids.ts';
import { SyncStatus, SyncTrigger } from './sync-enums.ts';

/** The selection of each row and the page, as the Prisma plugin derives them from the query. */
type Query = Pick<Prisma.ProjectSyncFindManyArgs, 'select' | 'include' | 'cursor' | 'skip' | 'take'>;

const SyncOrder = builder.enumType('SyncOrder', {
  description: 'The order of a list of syncs, by the time they were asked for.',
  values: {
    NEWEST_FIRST: { description: 'The sync that was asked for last comes first.' },
    OLDEST_FIRST: { description: 'The sync that was asked for first comes first.' },
  },
});

/** The arguments that select syncs. */
export const syncSelection = builder.args((t) => ({
  status: t.field({
    type: [SyncStatus],
    required: false,
    description: 'Only syncs with one of these statuses; all by default.',
  }),
  triggers: t.field({
    type: [SyncTrigger],
    required: false,
    description: 'Only syncs that were started for one of these reasons; all by default.',
  }),
  requestedBy: t.id({
    required: false,
    description: 'Only syncs that the user with this ID asked for.',
  }),
  since: t.field({
    type: 'DateTime',
    required: false,
    description: 'Only syncs that were asked for at this time or later.',
  }),
  until: t.field({
    type: 'DateTime',
    required: false,
    description: 'Only syncs that were asked for before this time.',
  }),
}));

/** The arguments that every list of syncs takes. */
export const syncFilter = {
  ...syncSelection,
  ...builder.args((t) => ({
    orderBy: t.field({
      type: SyncOrder,
      required: false,
      defaultValue: 'NEWEST_FIRST',
      description: 'The order of the list; NEWEST_FIRST by default.',
    }),
  })),
};

interface SyncFilter {
  readonly status?: readonly (typeof SyncStatus.$inferType)[] | null | undefined;
  readonly triggers?: readonly (typeof SyncTrigger.$inferType)[] | null | undefined;
  readonly requestedBy?: string | null | undefined;
  readonly since?: Date | null | undefined;
  readonly until?: Date | null | undefined;
  readonly orderBy?: typeof SyncOrder.$inferType | null | undefined;
}

/** A selection of syncs in its order. */
interface OrderedSyncs extends SyncList {
  readonly oldestFirst: boolean;
}

/** A page of syncs: one statement finds the IDs of all pages of a tick, another reads their rows. */
export async function syncsOf(query: Query, list: OrderedSyncs, { reads, prisma }: ApiContext) {
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

/** The syncs of a project, of one of its repositories, or of the branches with one name. */
export function syncsInProject(
  projectId: string,
  args: SyncFilter & {
    readonly branch?: string | null | undefined;
    readonly repositoryId?: string | null | undefined;
  },
): OrderedSyncs {
  return {
    projectId,
    // The ID of anything else selects nothing.
    repositoryId:
      args.repositoryId == null ? null : (tenantId(args.repositoryId, 'Repository')?.id ?? randomUUID()),
    branch: textOf(args.branch),
    requestedBy: args.requestedBy == null ? null : (userIdOf(args.requestedBy) ?? ''),
    status: args.status ?? null,
    triggers: args.triggers ?? null,
    since: args.since ?? null,
    until: args.until ?? null,
    oldestFirst: args.orderBy === 'OLDEST_FIRST',
  };
}

/** The syncs of a repository, or of one of its branches. */
export function syncsInRepository(
  { projectId, id }: { readonly projectId: string; readonly id: string },
  args: SyncFilter & { readonly branch?: string | null | undefined },
): OrderedSyncs {
  return { ...syncsInProject(projectId, args), repositoryId: id };
}
