import { compareSnapshots, snapshotOfSync, type SnapshotKey } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { tenantId } from '../graphql/ids.ts';
import { checkForwardPage, connectionOf, decodeCursor } from '../graphql/pagination.ts';
import { selects } from '../graphql/selects.ts';
import { ChangeKind, changeViews, FileChange } from './file-change.ts';
import { Snapshot } from './snapshot.ts';

interface PageArguments {
  readonly kinds?: readonly (typeof ChangeKind.$inferType)[] | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly isCounted: boolean;
}

builder.objectFields(Snapshot, (t) => ({
  changesSince: t.connection(
    {
      type: FileChange,
      description:
        'The paths that differ from the snapshot another sync left, in byte order. Fails with SYNC_NOT_FOUND for an unknown sync, and with SYNC_NOT_FINALIZED for one without a snapshot.',
      args: {
        syncId: t.arg.id({
          required: true,
          description: 'The sync of the same project whose snapshot is the older side of the comparison.',
        }),
      },
      resolve: async (newer, args, context, info) => {
        checkForwardPage(args);
        const older = await otherSnapshot(args.syncId, newer.projectId, context);
        return changesBetween({ older, newer }, { ...args, isCounted: selects(info, 'totalCount') }, context);
      },
    },
    ...connectionFor('FileChange'),
  ),
  compare: t.connection(
    {
      type: FileChange,
      description:
        'The paths that differ between this snapshot and another one of the same repository, in byte order, whatever their branches. This snapshot is the older side: a path that only the other one has is ADDED.',
      args: {
        to: t.arg.id({
          required: true,
          description: 'The ID of the other snapshot, or of the sync that left it.',
        }),
        kinds: t.arg({
          type: [ChangeKind],
          required: false,
          description: 'Only changes of these kinds; all kinds by default.',
        }),
      },
      resolve: async (older, args, context, info) => {
        checkForwardPage(args);
        const newer = await otherSnapshot(args.to, older.projectId, context);
        const own = await snapshotOfSync(context.reads, older);
        if (own?.repositoryId !== newer.repositoryId)
          throw apiError('SYNC_NOT_FOUND', 'That snapshot is not one of this repository. Check the id.');
        return changesBetween({ older, newer }, { ...args, isCounted: selects(info, 'totalCount') }, context);
      },
    },
    ...connectionFor('FileChange'),
  ),
}));

async function changesBetween(
  pair: { readonly older: SnapshotKey; readonly newer: SnapshotKey },
  args: PageArguments,
  { reads }: ApiContext,
) {
  const { older, newer } = pair;
  const { projectId } = newer;
  const first = args.first ?? 20;
  const list = `between ${projectId} ${older.branchId} ${older.number} ${newer.branchId} ${newer.number}`;
  const after = decodeCursor(args.after, list);
  const page = { after, first: first + 1, kinds: args.kinds ?? null, isCounted: args.isCounted };
  const { changes, total } = await compareSnapshots(reads, pair, page);
  const views = changeViews(changes, projectId, pair);
  return connectionOf(views, first, ({ path }) => path, { list, after: after !== null, total });
}

/** The snapshot of a sync of the project. An unknown sync and one of another project get the same answer. */
export async function otherSnapshot(
  globalId: string,
  projectId: string,
  { reads }: ApiContext,
): Promise<SnapshotKey & { readonly repositoryId: string }> {
  const key = tenantId(globalId, 'ProjectSync') ?? tenantId(globalId, 'Snapshot');
  const found =
    key?.projectId === projectId ? await snapshotOfSync(reads, { projectId, syncId: key.id }) : null;
  if (found === null)
    throw apiError('SYNC_NOT_FOUND', 'There is no such sync in this project. Check the id.');
  const { repositoryId, branchId, number } = found;
  if (number === null)
    throw apiError('SYNC_NOT_FINALIZED', 'This sync left no snapshot. Choose one that was finalized.');
  return { projectId, repositoryId, branchId, number };
}
