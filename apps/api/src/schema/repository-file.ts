import { countVersions, fileVersions, findContent, findFile, type SnapshotFile } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { numberedId } from '../graphql/ids.ts';
import { checkForwardPage, connectionOf, decodeNumber } from '../graphql/pagination.ts';

/** The largest value of GraphQL's Int. */
const LARGEST_INT = 2 ** 31 - 1;

export const RepositoryFile = builder.objectRef<SnapshotFile>('RepositoryFile');
builder.node(RepositoryFile, {
  description:
    'One version of one path of a branch: visible from the sync that added it until the sync that replaced it.',
  id: { resolve: (file) => `${file.projectId}:${file.id}` },
  isTypeOf: (value) => value instanceof Object && 'shownPath' in value,
  loadOne: (id, { reads }) => {
    const key = numberedId(id);
    return key === null ? null : findFile(reads, key.projectId, key.id);
  },
  fields: (t) => ({
    path: t.exposeString('shownPath', {
      description:
        'The path from the root of the repository, with slashes. A path that is not UTF-8 is quoted as Git does it.',
    }),
    oid: t.expose('oid', {
      type: 'GitObjectId',
      description: 'The object ID of the content; of the pinned commit for a submodule.',
    }),
    mode: t.string({
      description: 'The Git mode: 100644, 100755 (executable), 120000 (link) or 160000 (submodule).',
      resolve: ({ mode }) => mode.toString(8).padStart(6, '0'),
    }),
    size: t.int({
      description: 'The size in bytes, 2,147,483,647 at most; 0 for a submodule.',
      resolve: ({ size }) => Math.min(size, LARGEST_INT),
    }),
    language: t.exposeString('language', {
      nullable: true,
      description: 'The language, detected by the name of the file; null if it is unknown.',
    }),
    isBinary: t.exposeBoolean('isBinary', { description: 'Whether the content is binary rather than text.' }),
    skipReason: t.exposeString('skipReason', {
      nullable: true,
      description: 'Why the content is not stored as text: TOO_LARGE or BINARY; null if it is.',
    }),
    ignored: t.exposeString('ignored', {
      nullable: true,
      description:
        'Why the file is listed but not analysed: VENDORED, GENERATED, MINIFIED, LOCKFILE or IGNORED; null if it is.',
    }),
    text: t.string({
      nullable: true,
      description:
        'The content as text, with secrets masked, so that its hash may differ from `oid`. Null for a binary, a submodule, or a file over the size limit.',
      resolve: (file, _args, context) => textOfFile(file, context),
    }),
  }),
});

builder.objectFields(RepositoryFile, (t) => ({
  addedBy: t.prismaField({
    type: 'ProjectSync',
    description: 'The sync that added this version.',
    // Read like `supersededBy`, so that one statement finds both.
    resolve: async (query, file, _args, { prisma }) => {
      const sync = await prisma.projectSync.findUnique({ ...query, where: numbered(file, file.added) });
      if (sync === null) throw new Error('A file is stored without the sync that added it.');
      return sync;
    },
  }),
  supersededBy: t.prismaField({
    type: 'ProjectSync',
    nullable: true,
    description: 'The sync that replaced or removed this version; null while it is current.',
    resolve: (query, file, _args, { prisma }) =>
      file.superseded === null
        ? null
        : prisma.projectSync.findUnique({ ...query, where: numbered(file, file.superseded) }),
  }),
  versions: t.connection(
    {
      type: RepositoryFile,
      description:
        'All versions of the file on its branch, newest first: those of its path, and of the paths it was renamed from.',
      resolve: (file, args, context) => versionsOf(file, args, context),
    },
    ...connectionFor('RepositoryFile'),
  ),
}));

async function textOfFile(file: SnapshotFile, { reads, decode, redact }: ApiContext): Promise<string | null> {
  if (!file.hasText) return null;
  const blob = await findContent(reads, file.projectId, file.oid);
  return blob?.encoding == null ? null : redact(decode(blob.content, blob.encoding));
}

async function versionsOf(
  { projectId, branchId, path }: SnapshotFile,
  args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  { reads }: ApiContext,
) {
  checkForwardPage(args);
  const first = args.first ?? 20;
  const list = `versions ${projectId} ${branchId} ${path}`;
  const before = decodeNumber(args.after, list);
  const rows = await fileVersions(reads, projectId, { branchId, path, first: first + 1, before });
  return connectionOf(rows, first, ({ added }) => String(added), {
    list,
    after: before !== null,
    total: () => countVersions(reads, projectId, { branchId, path }),
  });
}

/** The unique key of a branch's sync by its number, so that one statement finds all that a tick asks for. */
function numbered(
  { projectId, branchId }: { readonly projectId: string; readonly branchId: string },
  number: number,
) {
  return { projectId_branchId_number: { projectId, branchId, number } };
}
