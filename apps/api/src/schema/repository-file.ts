import { countVersions, fileVersions, findContent, findFile, type SnapshotFile } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
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
  }),
});

// The content, with secrets masked.
builder.objectFields(RepositoryFile, (t) => ({
  text: t.string({
    nullable: true,
    description:
      'The content as text, with secrets masked, so that its hash may differ from `oid`: `isMasked` says so. Null for a binary, a submodule, or a file over the size limit.',
    args: {
      startLine: t.arg.int({
        required: false,
        description: 'The first line to return, counted from 1; the first of the file by default.',
      }),
      endLine: t.arg.int({
        required: false,
        description: 'The last line to return; the last of the file by default.',
      }),
    },
    resolve: async (file, range, context) => {
      const found = await textOfFile(file, context);
      return found === null ? null : linesBetween(found.text, range);
    },
  }),
  lineCount: t.int({
    nullable: true,
    description: 'The number of lines of `text`; null where there is no text.',
    resolve: async (file, _args, context) => {
      const found = await textOfFile(file, context);
      return found === null ? null : (found.text.match(/[^\n]*\n|[^\n]+$/g)?.length ?? 0);
    },
  }),
  isMasked: t.boolean({
    description:
      'Whether a secret is masked in `text`. The original bytes are at `/raw/<id>` for an owner of the project.',
    resolve: async (file, _args, context) => (await textOfFile(file, context))?.isMasked ?? false,
  }),
}));

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

interface ShownText {
  readonly text: string;
  readonly isMasked: boolean;
}

const shown = new WeakMap<SnapshotFile, Promise<ShownText | null>>();

/** Reads and masks a text once, however many fields ask for it. */
function textOfFile(file: SnapshotFile, context: ApiContext): Promise<ShownText | null> {
  const known = shown.get(file);
  if (known !== undefined) return known;
  const found = readText(file, context);
  shown.set(file, found);
  return found;
}

async function readText(
  file: SnapshotFile,
  { reads, decode, redact }: ApiContext,
): Promise<ShownText | null> {
  if (!file.hasText) return null;
  const blob = await findContent(reads, file.projectId, file.oid);
  if (blob?.encoding == null) return null;
  const whole = decode(blob.content, blob.encoding);
  const text = redact(whole);
  return { text, isMasked: text !== whole };
}

function linesBetween(
  text: string,
  { startLine, endLine }: { startLine?: number | null | undefined; endLine?: number | null | undefined },
): string {
  if (startLine == null && endLine == null) return text;
  const first = startLine ?? 1;
  if (first < 1 || (endLine != null && endLine < first))
    throw apiError('BAD_USER_INPUT', 'Lines are counted from 1, and endLine is not before startLine.');
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return lines.slice(first - 1, endLine ?? undefined).join('');
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
