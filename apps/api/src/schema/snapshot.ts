import {
  countFiles,
  countMemory,
  listMemory,
  findFileAt,
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
import { parseTenantId, textOf } from '../graphql/ids.ts';
import {
  checkForwardPage,
  connectionOf,
  decodeCursor,
  decodeNumber,
  LARGEST_PAGE,
} from '../graphql/pagination.ts';
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

interface FilesArguments extends PageArguments {
  readonly pathPrefix?: string | null | undefined;
  readonly paths?: readonly string[] | null | undefined;
}

export const Snapshot = builder.objectRef<SnapshotView>('Snapshot');
builder.node(Snapshot, {
  description:
    'A branch exactly as one finalized sync left it. It never changes, and never shows part of a sync.',
  id: { resolve: ({ projectId, syncId }) => `${projectId}:${syncId}` },
  isTypeOf: (value) => value instanceof Object && 'syncId' in value && 'number' in value,
  loadOne: (id, context) => snapshotById(id, context),
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
          paths: t.arg.stringList({
            required: false,
            description: 'Only the files at these paths, 100 at most, on one page unless `first` is given.',
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
}));

async function snapshotById(id: string, { reads }: ApiContext): Promise<SnapshotView | null> {
  const key = parseTenantId(id);
  if (key === null) return null;
  const { projectId, id: syncId } = key;
  const found = await snapshotOfSync(reads, { projectId, syncId });
  if (found?.number == null || found.commitOid === null) return null;
  const { branchId, number, commitOid } = found;
  return { projectId, branchId, number, syncId, commitOid };
}

// Files know the snapshot they were reached through: what they import, and who imports them, differs between snapshots.
async function fileOf(snapshot: SnapshotView, path: string, { reads }: ApiContext) {
  const file = await reads.inProject(snapshot.projectId, (sql) => snapshotFile(sql, snapshot, path));
  return file === null ? null : { ...file, asOf: snapshot.number };
}

async function childrenOf(snapshot: SnapshotView, path: string | null, { reads }: ApiContext) {
  const children = await reads.inProject(snapshot.projectId, (sql) => snapshotTree(sql, snapshot, path));
  return children.map((child) => ({
    ...child,
    of: snapshot,
    file: child.file === null ? null : { ...child.file, asOf: snapshot.number },
  }));
}

async function filesOf(snapshot: SnapshotView, args: FilesArguments, { reads }: ApiContext) {
  checkForwardPage(args);
  const { projectId, branchId, number } = snapshot;
  const prefix = textOf(args.pathPrefix);
  const list = `files ${projectId} ${branchId} ${number}`;
  const after = decodeCursor(args.after, list);
  if (args.paths != null) return filesAt(snapshot, { ...args, paths: args.paths, list, after }, reads);
  const first = args.first ?? 20;
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

/** The files at these paths, by one statement; a path that the snapshot does not have is left out. */
async function filesAt(
  { projectId, branchId, number }: SnapshotView,
  args: FilesArguments & {
    readonly paths: readonly string[];
    readonly list: string;
    readonly after: string | null;
  },
  reads: ApiContext['reads'],
) {
  const wanted = [...new Set(args.paths.map((path) => textOf(path)))];
  if (wanted.length > LARGEST_PAGE)
    throw apiError('PAGE_TOO_LARGE', `paths takes ${LARGEST_PAGE} at most, not ${wanted.length}.`);
  const found = await Promise.all(
    wanted.map((path) => findFileAt(reads, projectId, { branchId, number, path })),
  );
  const prefix = textOf(args.pathPrefix) ?? '';
  const files = found
    .filter((file) => file !== null)
    .filter(({ shownPath }) => shownPath.startsWith(prefix))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a.shownPath), Buffer.from(b.shownPath)));
  const { list, after } = args;
  const start = after === null ? 0 : files.findIndex(({ shownPath }) => shownPath === after) + 1;
  return connectionOf(files.slice(start), args.first ?? wanted.length, ({ shownPath }) => shownPath, {
    list,
    after: after !== null,
    total: () => Promise.resolve(files.length),
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
