import {
  countFiles,
  countMemory,
  listMemory,
  snapshotFile,
  snapshotFiles,
  snapshotTree,
  type SnapshotKey,
  type TreeChild,
} from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import { MemoryEntry, MemoryKind } from './memory-entry.ts';
import { textOf } from '../graphql/ids.ts';
import { checkForwardPage, connectionOf, decodeCursor, decodeNumber } from '../graphql/pagination.ts';
import { RepositoryFile } from './repository-file.ts';
import { ProjectSync } from './sync.ts';

/** A snapshot, and the sync that left it. */
export interface SnapshotView extends SnapshotKey {
  readonly syncId: string;
  readonly commitOid: string;
}

const TreeEntryKind = builder.enumType('TreeEntryKind', {
  description: 'What stands at a place of a folder.',
  values: {
    FOLDER: { description: 'A folder: it has children of its own.' },
    FILE: { description: 'A file, executable or not.' },
    SYMLINK: { description: 'A symbolic link; its text is where it leads.' },
    SUBMODULE: { description: 'The commit of another repository.' },
  },
});
const TreeEntry = builder.objectRef<TreeChild>('TreeEntry').implement({
  description: 'A direct child of a folder.',
  fields: (t) => ({
    kind: t.field({ type: TreeEntryKind, description: 'What it is.', resolve: ({ kind }) => kind }),
    name: t.exposeString('name', { description: 'Its name within the folder.' }),
    path: t.exposeString('path', { description: 'From the root.' }),
    file: t.field({
      type: RepositoryFile,
      nullable: true,
      description: 'Null for a folder.',
      resolve: ({ file }) => file,
    }),
  }),
});

export const Snapshot = builder.objectRef<SnapshotView>('Snapshot').implement({
  description:
    'One branch exactly as one completed sync left it. It never changes, and never shows part of a sync.',
  fields: (t) => ({
    sync: t.prismaField({
      type: ProjectSync,
      description: 'The sync that left it.',
      resolve: (query, snapshot, _args, { prisma }) =>
        prisma.projectSync.findUniqueOrThrow({
          ...query,
          where: { projectId_id: { projectId: snapshot.projectId, id: snapshot.syncId } },
        }),
    }),
    commitOid: t.expose('commitOid', {
      type: 'GitObjectId',
      description: 'The commit whose tree it equals.',
    }),
    files: t.connection(
      {
        type: RepositoryFile,
        description: 'In byte order of the path.',
        args: {
          pathPrefix: t.arg.string({ required: false, description: 'Only paths that begin like this.' }),
        },
        resolve: async (snapshot, args, { reads }) => {
          checkForwardPage(args);
          const first = args.first ?? 20;
          const prefix = textOf(args.pathPrefix);
          const list = `files ${snapshot.projectId} ${snapshot.branchId} ${snapshot.number}`;
          const after = decodeCursor(args.after, list);
          const rows = await reads.inProject(snapshot.projectId, (sql) =>
            snapshotFiles(sql, snapshot, { prefix, first: first + 1, after }),
          );
          return connectionOf(rows, first, ({ shownPath }) => shownPath, {
            list,
            after: after !== null,
            total: () => reads.inProject(snapshot.projectId, (sql) => countFiles(sql, snapshot, prefix)),
          });
        },
      },
      ...connectionFor('RepositoryFile'),
    ),
    file: t.field({
      type: RepositoryFile,
      nullable: true,
      description: 'One path of it; null when there is none.',
      args: { path: t.arg.string({ required: true, description: 'From the root.' }) },
      resolve: (snapshot, { path }, { reads }) =>
        reads.inProject(snapshot.projectId, (sql) => snapshotFile(sql, snapshot, path)),
    }),
    tree: t.field({
      type: [TreeEntry],
      description: 'The direct children of a folder, folders first; the root where no path is given.',
      args: { path: t.arg.string({ required: false, description: 'The folder.' }) },
      resolve: (snapshot, { path }, { reads }) =>
        reads.inProject(snapshot.projectId, (sql) => snapshotTree(sql, snapshot, path ?? null)),
    }),
    memory: t.connection(
      {
        type: MemoryEntry,
        description: 'What is known of it, by place.',
        args: {
          kinds: t.arg({ type: [MemoryKind], required: false, description: 'Only these.' }),
          path: t.arg.string({ required: false, description: 'Only of this file.' }),
        },
        resolve: async (snapshot, args, { reads }) => {
          checkForwardPage(args);
          const first = args.first ?? 20;
          const path = textOf(args.path);
          const { projectId } = snapshot;
          const scope = {
            projectId,
            snapshot,
            kinds: args.kinds ?? null,
            pathPrefix: path,
          };
          const list = `memory ${projectId} ${snapshot.branchId} ${snapshot.number}`;
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
        },
      },
      ...connectionFor('MemoryEntry'),
    ),
  }),
});

builder.prismaObjectField(ProjectSync, 'snapshot', (t) =>
  t.field({
    type: Snapshot,
    nullable: true,
    description: 'Null until the sync has completed FINALIZE.',
    select: { branch: { select: { removedAt: true } } },
    resolve: (sync) =>
      sync.number === null || sync.commitOid === null || sync.branch.removedAt !== null
        ? null
        : {
            projectId: sync.projectId,
            branchId: sync.branchId,
            number: sync.number,
            syncId: sync.id,
            commitOid: sync.commitOid,
          },
  }),
);
