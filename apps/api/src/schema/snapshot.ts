import {
  compareSnapshots,
  countFiles,
  countMemory,
  listMemory,
  snapshotFile,
  snapshotFiles,
  snapshotOfSync,
  snapshotPaths,
  snapshotTree,
  type SnapshotKey,
} from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { tenantId, textOf } from '../graphql/ids.ts';
import { checkForwardPage, connectionOf, decodeCursor, decodeNumber } from '../graphql/pagination.ts';
import { FileChange } from './file-change.ts';
import { MemoryEntry, MemoryKind } from './memory-entry.ts';
import { RepositoryFile } from './repository-file.ts';
import { TreeEntry } from './tree-entry.ts';

/** A snapshot, and the sync that left it. */
export interface SnapshotView extends SnapshotKey {
  readonly syncId: string;
  readonly commitOid: string;
}

interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export const Snapshot = builder.objectRef<SnapshotView>('Snapshot').implement({
  description:
    'A branch exactly as one finalized sync left it. It never changes, and never shows part of a sync.',
  fields: (t) => ({
    sync: t.prismaField({
      type: 'ProjectSync',
      description: 'The sync that left this snapshot.',
      resolve: (query, { projectId, syncId: id }, _args, { prisma }) =>
        prisma.projectSync.findUniqueOrThrow({ ...query, where: { projectId_id: { projectId, id } } }),
    }),
    commitOid: t.expose('commitOid', {
      type: 'GitObjectId',
      description: 'The commit whose tree the snapshot equals.',
    }),
    files: t.connection(
      {
        type: RepositoryFile,
        description: 'The files of the snapshot, in byte order of the path.',
        args: {
          pathPrefix: t.arg.string({
            required: false,
            description: 'Only files whose path starts with this text, such as src/.',
          }),
        },
        resolve: (snapshot, args, context) => filesOf(snapshot, args, context),
      },
      ...connectionFor('RepositoryFile'),
    ),
    file: t.field({
      type: RepositoryFile,
      nullable: true,
      description: 'The file at one path of the snapshot; null if there is none.',
      args: {
        path: t.arg.string({
          required: true,
          description: 'The path from the root of the repository, such as src/index.ts.',
        }),
      },
      resolve: (snapshot, { path }, context) => fileOf(snapshot, path, context),
    }),
    tree: t.field({
      type: [TreeEntry],
      description:
        'The direct children of a folder: folders first, then everything else, each in byte order of the name.',
      args: {
        path: t.arg.string({
          required: false,
          description: 'The path of the folder; the root of the repository by default.',
        }),
      },
      resolve: (snapshot, { path }, context) => childrenOf(snapshot, path ?? null, context),
    }),
    paths: t.stringList({
      description: 'Every path of the snapshot in byte order, in one answer, for a file finder.',
      resolve: (snapshot, _args, { reads }) =>
        reads.inProject(snapshot.projectId, (sql) => snapshotPaths(sql, snapshot)),
    }),
  }),
});

builder.objectFields(Snapshot, (t) => ({
  memory: t.connection(
    {
      type: MemoryEntry,
      description: 'The memory entries of the snapshot, ordered by path and line.',
      args: {
        kinds: t.arg({
          type: [MemoryKind],
          required: false,
          description: 'Only entries of these kinds; all kinds by default.',
        }),
        path: t.arg.string({ required: false, description: 'Only entries of the file at this path.' }),
      },
      resolve: (snapshot, args, context) => memoryOf(snapshot, args, context),
    },
    ...connectionFor('MemoryEntry'),
  ),
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
      resolve: (snapshot, args, context) => changesSince(snapshot, args, context),
    },
    ...connectionFor('FileChange'),
  ),
}));

// Files know the snapshot they were reached through: what they import, and who imports them, differs between snapshots.
async function fileOf(snapshot: SnapshotView, path: string, { reads }: ApiContext) {
  const file = await reads.inProject(snapshot.projectId, (sql) => snapshotFile(sql, snapshot, path));
  return file === null ? null : { ...file, asOf: snapshot.number };
}

async function childrenOf(snapshot: SnapshotView, path: string | null, { reads }: ApiContext) {
  const children = await reads.inProject(snapshot.projectId, (sql) => snapshotTree(sql, snapshot, path));
  return children.map((child) => ({
    ...child,
    file: child.file === null ? null : { ...child.file, asOf: snapshot.number },
  }));
}

async function filesOf(
  snapshot: SnapshotView,
  args: PageArguments & { readonly pathPrefix?: string | null | undefined },
  { reads }: ApiContext,
) {
  checkForwardPage(args);
  const { projectId, branchId, number } = snapshot;
  const first = args.first ?? 20;
  const prefix = textOf(args.pathPrefix);
  const list = `files ${projectId} ${branchId} ${number}`;
  const after = decodeCursor(args.after, list);
  const rows = await reads.inProject(projectId, (sql) =>
    snapshotFiles(sql, snapshot, { prefix, first: first + 1, after }),
  );
  const files = rows.map((file) => ({ ...file, asOf: number }));
  return connectionOf(files, first, ({ shownPath }) => shownPath, {
    list,
    after: after !== null,
    total: () => reads.inProject(projectId, (sql) => countFiles(sql, snapshot, prefix)),
  });
}

async function memoryOf(
  snapshot: SnapshotView,
  args: PageArguments & {
    readonly kinds?: readonly (typeof MemoryKind.$inferType)[] | null | undefined;
    readonly path?: string | null | undefined;
  },
  { reads }: ApiContext,
) {
  checkForwardPage(args);
  const { projectId, branchId, number } = snapshot;
  const first = args.first ?? 20;
  const path = textOf(args.path);
  const scope = { projectId, snapshot, kinds: args.kinds ?? null, pathPrefix: path };
  const list = `memory ${projectId} ${branchId} ${number}`;
  const offset = decodeNumber(args.after, list) ?? 0;
  const rows = await reads.inProject(projectId, (sql) =>
    listMemory(sql, scope, { first: first + 1, offset, path }),
  );
  let at = offset;
  return connectionOf(rows, first, () => String((at += 1)), {
    list,
    after: offset > 0,
    total: () => reads.inProject(projectId, (sql) => countMemory(sql, scope, path)),
  });
}

async function changesSince(
  newer: SnapshotView,
  args: PageArguments & { readonly syncId: string },
  context: ApiContext,
) {
  checkForwardPage(args);
  const first = args.first ?? 20;
  const list = `since ${newer.projectId} ${newer.syncId} ${args.syncId}`;
  const after = decodeCursor(args.after, list);
  const older = await olderSnapshot(args.syncId, newer.projectId, context);
  const { changes, total } = await compareSnapshots(
    context.reads,
    { older, newer },
    { after, first: first + 1 },
  );
  return connectionOf(changes, first, ({ path }) => path, { list, after: after !== null, total });
}

/** The snapshot of a sync of the project. An unknown sync and one of another project get the same answer. */
export async function olderSnapshot(
  globalId: string,
  projectId: string,
  { reads }: ApiContext,
): Promise<SnapshotKey> {
  const key = tenantId(globalId, 'ProjectSync');
  const found =
    key?.projectId === projectId ? await snapshotOfSync(reads, { projectId, syncId: key.id }) : null;
  if (found === null)
    throw apiError('SYNC_NOT_FOUND', 'There is no such sync in this project. Check the id.');
  if (found.number === null)
    throw apiError('SYNC_NOT_FINALIZED', 'This sync left no snapshot. Choose one that was finalized.');
  return { projectId, branchId: found.branchId, number: found.number };
}
