import {
  countFiles,
  countMemory,
  countVersions,
  fileVersions,
  findContent,
  findFile,
  listMemory,
  snapshotFile,
  snapshotFiles,
  snapshotTree,
  versionsKey,
  type SnapshotFile,
  type SnapshotKey,
  type TreeChild,
} from '@project-sync/db';
import { builder } from './builder.ts';
import { connectionFor } from './connection.ts';
import { Branch, BranchStatus, SyncPlan, activeOf, finalizedOf, type BranchView } from './branch.ts';
import { planOf } from './branch-plan.ts';
import { MemoryEntry, MemoryKind } from './memory-entry.ts';
import { numberedId, textOf } from './ids.ts';
import { checkForwardPage, connectionOf, decodeCursor, decodeNumber } from './page.ts';
import { Repository } from './repository.ts';
import { ProjectSync } from './sync.ts';

/** A snapshot, and the sync that left it. */
export interface SnapshotView extends SnapshotKey {
  readonly syncId: string;
  readonly commitOid: string;
}

export const RepositoryFile = builder.objectRef<SnapshotFile>('RepositoryFile');
builder.node(RepositoryFile, {
  description: 'One path of one branch, from one sync on until it is superseded.',
  id: { resolve: (file) => `${file.projectId}:${file.id}` },
  isTypeOf: (value) => value instanceof Object && 'shownPath' in value,
  loadOne: (id, { reads }) => {
    const key = numberedId(id);
    return key === null ? null : findFile(reads, key.projectId, key.id);
  },
  fields: (t) => ({
    path: t.exposeString('shownPath', {
      description: 'From the root, with slashes. One that is not UTF-8 is quoted as Git does it.',
    }),
    oid: t.expose('oid', {
      type: 'GitObjectId',
      description: 'The id of its content; of the commit for a submodule.',
    }),
    mode: t.string({
      description: "Git's own, such as 100644, 100755, 120000, 160000.",
      resolve: ({ mode }) => mode.toString(8).padStart(6, '0'),
    }),
    size: t.int({
      description: 'In bytes; 0 for a submodule.',
      resolve: ({ size }) => Math.min(size, 2 ** 31 - 1),
    }),
    language: t.exposeString('language', { nullable: true, description: 'As told by its name.' }),
    isBinary: t.exposeBoolean('isBinary', { description: 'Whether it is no text.' }),
    skipReason: t.exposeString('skipReason', {
      nullable: true,
      description: 'Why its content is left out: TOO_LARGE or BINARY.',
    }),
    ignored: t.exposeString('ignored', {
      nullable: true,
      description:
        'Why nothing is known of it beyond its listing: VENDORED, GENERATED, MINIFIED, LOCKFILE or IGNORED.',
    }),
    text: t.string({
      nullable: true,
      description: 'Null for a binary, a submodule, or a file over the size limit.',
      resolve: async (file, _args, { reads, decode, redact }) => {
        if (!file.hasText) return null;
        const blob = await findContent(reads, file.projectId, file.oid);
        return blob?.encoding == null ? null : redact(decode(blob.content, blob.encoding));
      },
    }),
    addedBy: t.prismaField({
      type: ProjectSync,
      description: 'The sync that brought it.',
      resolve: (query, file, _args, { prisma }) =>
        prisma.projectSync.findUniqueOrThrow({ ...query, where: numbered(file, file.added) }),
    }),
    supersededBy: t.prismaField({
      type: ProjectSync,
      nullable: true,
      description: 'The sync that replaced or removed it.',
      resolve: (query, file, _args, { prisma }) =>
        file.superseded === null
          ? null
          : prisma.projectSync.findUnique({ ...query, where: numbered(file, file.superseded) }),
    }),
    versions: t.connection(
      {
        type: RepositoryFile,
        description: 'The versions of this path on this branch, newest first.',
        resolve: async (file, args, { reads }) => {
          checkForwardPage(args);
          const first = args.first ?? 20;
          const list = `versions ${file.projectId} ${file.branchId} ${file.path}`;
          const before = decodeNumber(args.after, list);
          const { projectId } = file;
          const page = (from: number | null) =>
            versionsKey({ branchId: file.branchId, path: file.path, first: first + 1, before: from });
          const rows = (await fileVersions(reads, projectId, page(before))) ?? [];
          return connectionOf(rows, first, ({ added }) => String(added), {
            list,
            after: before !== null,
            total: async () => (await countVersions(reads, projectId, page(null))) ?? 0,
          });
        },
      },
      ...connectionFor('RepositoryFile'),
    ),
  }),
});

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
    resolve: (sync) =>
      sync.number === null || sync.commitOid === null
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
    const { parseTenantId } = await import('./ids.ts');
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

/** How one sync of a branch is looked up by its number: one statement for all that are asked for at once. */
function numbered(key: { projectId: string; branchId: string }, number: number) {
  const { projectId, branchId } = key;
  return { projectId_branchId_number: { projectId, branchId, number } };
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
