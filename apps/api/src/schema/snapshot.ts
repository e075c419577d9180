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
import { Branch, BranchStatus, SyncPlan, activeOf, finalizedOf, type BranchView } from './branch.ts';
import { planOf } from './branch-plan.ts';
import { MemoryEntry, MemoryKind } from './memory-entry.ts';
import { textOf } from '../graphql/ids.ts';
import { checkForwardPage, connectionOf, decodeCursor, decodeNumber } from '../graphql/pagination.ts';
import { RepositoryFile } from './repository-file.ts';
import { Repository } from './repository.ts';
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

builder.node(Branch, {
  description: 'One branch of a repository: how it stands at the source, and what is kept of it.',
  id: { resolve: (branch) => `${branch.projectId}:${branch.repositoryId}:${branch.name}` },
  isTypeOf: (value) => value instanceof Object && 'isDefault' in value && 'repositoryId' in value,
  loadOne: async (id, context) => {
    const [projectId = '', repositoryId = '', ...name] = id.split(':');
    const { branchOf } = await import('./branch.ts');
    const { parseTenantId } = await import('../graphql/ids.ts');
    const key = parseTenantId(`${projectId}:${repositoryId}`);
    if (
      key === null ||
      (await context.prisma.repository.findUnique({ where: { projectId_id: key } })) === null
    )
      return null;
    return branchOf({ projectId, repositoryId }, name.join(':'), context);
  },
  fields: (t) => ({
    repository: t.prismaField({
      type: Repository,
      description: 'Whose it is.',
      resolve: (query, branch, _args, { prisma }) =>
        prisma.repository.findUniqueOrThrow({
          ...query,
          where: { projectId_id: { projectId: branch.projectId, id: branch.repositoryId } },
        }),
    }),
    name: t.exposeString('name', { description: 'Without refs/heads/.' }),
    isDefault: t.exposeBoolean('isDefault', { description: 'Whether the source calls it its default.' }),
    headOid: t.expose('headOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'At the source now; null when the branch is gone there.',
    }),
    status: t.field({
      type: BranchStatus,
      description: 'How the kept state stands to the source.',
      resolve: statusOf,
    }),
    commitsBehind: t.int({
      nullable: true,
      description:
        'How many commits the source has that `lastSync` has not. Null where nothing is kept, the branch is gone, or the source cannot tell without sending them all.',
      resolve: (branch, _args, { countCommits }) => {
        const known = finalizedOf(branch)?.commitOid ?? null;
        const { headOid: head, projectId, repositoryId } = branch;
        if (known === null || head === null) return null;
        return known === head ? 0 : countCommits({ projectId, repositoryId, known, head });
      },
    }),
    lastSync: t.prismaField({
      type: ProjectSync,
      nullable: true,
      description: 'The newest sync that was finalized.',
      resolve: (query, branch, _args, { prisma }) =>
        syncOf(finalizedOf(branch)?.id, branch, (where) =>
          prisma.projectSync.findUnique({ ...query, where }),
        ),
    }),
    activeSync: t.prismaField({
      type: ProjectSync,
      nullable: true,
      description: 'The sync that waits or is at work.',
      resolve: (query, branch, _args, { prisma }) =>
        syncOf(activeOf(branch)?.id, branch, (where) => prisma.projectSync.findUnique({ ...query, where })),
    }),
    snapshot: t.field({
      type: Snapshot,
      nullable: true,
      description: 'What readers of this branch see now: the snapshot of `lastSync`.',
      resolve: (branch) => {
        const last = finalizedOf(branch);
        if (last === null || branch.row === null || last.commitOid === null) return null;
        return {
          projectId: branch.projectId,
          branchId: branch.row.id,
          number: branch.row.head,
          syncId: last.id,
          commitOid: last.commitOid,
        };
      },
    }),
    plan: t.field({
      type: SyncPlan,
      nullable: true,
      description: 'What a sync started now would do and cost; it changes nothing.',
      resolve: (branch, _args, context) => planOf(branch, context),
    }),
  }),
});

function statusOf(branch: BranchView): 'NEVER_SYNCED' | 'UP_TO_DATE' | 'BEHIND' | 'SYNCING' | 'GONE' {
  if (activeOf(branch) !== null) return 'SYNCING';
  if (branch.headOid === null) return 'GONE';
  const last = finalizedOf(branch);
  if (last === null) return 'NEVER_SYNCED';
  return last.commitOid === branch.headOid ? 'UP_TO_DATE' : 'BEHIND';
}

function syncOf<T>(
  id: string | undefined,
  branch: BranchView,
  find: (where: { projectId_id: { projectId: string; id: string } }) => Promise<T | null>,
): Promise<T | null> {
  return id === undefined
    ? Promise.resolve(null)
    : find({ projectId_id: { projectId: branch.projectId, id } });
}
