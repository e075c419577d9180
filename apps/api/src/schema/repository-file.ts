import {
  countVersions,
  fileVersions,
  findContent,
  findFile,
  versionsKey,
  type SnapshotFile,
} from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import { numberedId } from '../graphql/ids.ts';
import { checkForwardPage, connectionOf, decodeNumber } from '../graphql/pagination.ts';
import { ProjectSync } from './sync.ts';

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
      // Asked as `supersededBy` is, so that one statement finds both.
      resolve: async (query, file, _args, { prisma }) => {
        const sync = await prisma.projectSync.findUnique({ ...query, where: numbered(file, file.added) });
        if (sync === null) throw new Error('A file is kept without the sync that brought it.');
        return sync;
      },
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

/** How one sync of a branch is looked up by its number: one statement for all that are asked for at once. */
function numbered(key: { projectId: string; branchId: string }, number: number) {
  const { projectId, branchId } = key;
  return { projectId_branchId_number: { projectId, branchId, number } };
}
