import {
  countImporters,
  fileSymbols,
  importersOf,
  importsOf,
  type CodeImport,
  type SnapshotFile,
} from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { checkForwardPage, connectionOf, decodeNumber } from '../graphql/pagination.ts';
import { fileAt } from './reference.ts';
import { RepositoryFile } from './repository-file.ts';
import { CodeSymbolType } from './symbol.ts';

/** An import within its project. */
interface ImportView extends CodeImport {
  readonly projectId: string;
}

const ImportEdge = builder.objectRef<ImportView>('ImportEdge').implement({
  description: 'One import of a file of a snapshot, and where it leads.',
  fields: (t) => ({
    from: t.field({
      type: RepositoryFile,
      description: 'The file that contains the import.',
      resolve: ({ projectId, from }, _args, { reads }) => fileAt(projectId, from, reads),
    }),
    to: t.field({
      type: RepositoryFile,
      nullable: true,
      description: 'The imported file; null where the import leads outside of the repository.',
      resolve: ({ projectId, to }, _args, { reads }) => (to === null ? null : fileAt(projectId, to, reads)),
    }),
    specifier: t.exposeString('specifier', { description: 'The target as the source writes it.' }),
    packageName: t.exposeString('packageName', {
      nullable: true,
      description: 'The package that the import leads to; null where it leads to none.',
    }),
    line: t.exposeInt('line', { description: 'The line of the import, counted from 1.' }),
    names: t.stringList({
      description: 'The imported names, where * stands for the module itself.',
      resolve: ({ names }) => [...names],
    }),
    isTypeOnly: t.exposeBoolean('isTypeOnly', {
      description: 'Whether the import brings in types alone, and nothing when the program runs.',
    }),
  }),
});

builder.objectFields(RepositoryFile, (t) => ({
  symbols: t.field({
    type: [CodeSymbolType],
    description: 'The definitions of the file, in the order of its text.',
    resolve: async (file, _args, context) =>
      fileSymbols(context.reads, file.projectId, { id: file.id, number: await numberOf(file, context) }),
  }),
  imports: t.field({
    type: [ImportEdge],
    description: 'The imports of the file, in the order of its text.',
    resolve: async (file, _args, context) => {
      const { projectId, branchId, shownPath: path } = file;
      const number = await numberOf(file, context);
      const found = await importsOf(context.reads, projectId, { branchId, number, path });
      return found.map((each) => ({ ...each, projectId }));
    },
  }),
  importedBy: t.connection(
    {
      type: ImportEdge,
      description: 'The imports that lead to the file, in byte order of the importing path.',
      resolve: (file, args, context) => importedBy(file, args, context),
    },
    ...connectionFor('ImportEdge'),
  ),
}));

async function importedBy(
  file: SnapshotFile,
  args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  context: ApiContext,
) {
  checkForwardPage(args);
  const { projectId, branchId, shownPath: path } = file;
  const first = args.first ?? 20;
  const number = await numberOf(file, context);
  const list = `importers ${projectId} ${branchId} ${number} ${path}`;
  const offset = decodeNumber(args.after, list) ?? 0;
  const place = { branchId, number, path };
  const rows = await importersOf(context.reads, projectId, { ...place, first: first + 1, offset });
  let at = offset;
  return connectionOf(
    rows.map((row) => ({ ...row, projectId })),
    first,
    () => String((at += 1)),
    { list, after: offset > 0, total: () => countImporters(context.reads, projectId, place) },
  );
}

/** The snapshot in which a file is looked at: the one it was reached through, else the newest that has it. */
async function numberOf(
  { projectId, branchId, superseded, asOf }: SnapshotFile,
  { prisma }: ApiContext,
): Promise<number> {
  if (asOf !== undefined) return asOf;
  if (superseded !== null) return superseded - 1;
  const branch = await prisma.branch.findUnique({
    where: { projectId_id: { projectId, id: branchId } },
    select: { head: true },
  });
  return branch?.head ?? 0;
}
