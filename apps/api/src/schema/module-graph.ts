import {
  countSymbols,
  fileGraph,
  languageShares,
  moduleGraph,
  snapshotSymbols,
  type LanguageShare,
  type ModuleGraph,
  type ModuleNode,
} from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { textOf } from '../graphql/ids.ts';
import { checkForwardPage, connectionOf, decodeNumber } from '../graphql/pagination.ts';
import { Snapshot, type SnapshotView } from './snapshot.ts';
import { AnalysisCoverage, CodeSymbolType, coverageOf, SymbolKind } from './symbol.ts';

const DEEPEST = 20;

const LanguageShareType = builder.objectRef<LanguageShare>('LanguageShare').implement({
  description: 'The share of one language in a snapshot, without generated and vendored files.',
  fields: (t) => ({
    language: t.exposeString('language', { description: 'The name of the language.' }),
    files: t.exposeInt('files', { description: 'The number of files in the language.' }),
    lines: t.exposeInt('lines', {
      description:
        'The lines of code, without blank lines and comments; 0 for languages that are not analysed.',
    }),
    bytes: t.exposeFloat('bytes', { description: 'The size of the files in bytes.' }),
  }),
});

const ModuleNodeType = builder.objectRef<ModuleNode>('ModuleNode').implement({
  description: 'A folder or file of a module graph.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path from the root of the repository.' }),
    isFolder: t.exposeBoolean('isFolder', { description: 'Whether the node stands for a folder.' }),
    files: t.exposeInt('files', { description: 'The number of files that the node stands for.' }),
    lines: t.exposeInt('lines', { description: 'The lines of these files together.' }),
    layer: t.exposeInt('layer', {
      nullable: true,
      description:
        'The distance from the entry points, the farther the deeper; null for what no import leads to.',
    }),
  }),
});

const ModuleEdgeType = builder.objectRef<ModuleGraph['edges'][number]>('ModuleEdge').implement({
  description: 'The imports between two nodes of a module graph, added up.',
  fields: (t) => ({
    from: t.exposeString('from', { description: 'The path of the importing node.' }),
    to: t.exposeString('to', { description: 'The path of the imported node.' }),
    imports: t.exposeInt('imports', { description: 'The number of imports between the two.' }),
  }),
});

const ModuleGraphType = builder.objectRef<ModuleGraph>('ModuleGraph').implement({
  description: 'The folders and files below a path, and the imports between them.',
  fields: (t) => ({
    nodes: t.field({
      type: [ModuleNodeType],
      description: 'The folders and files, in byte order of the path.',
      resolve: ({ nodes }) => [...nodes],
    }),
    edges: t.field({
      type: [ModuleEdgeType],
      description: 'The imports between different nodes.',
      resolve: ({ edges }) => [...edges],
    }),
    cycles: t.field({
      type: t.listRef(t.listRef('String')),
      description: 'The circles of imports, each a list of paths of files that all reach each other.',
      resolve: ({ cycles }) => cycles.map((cycle) => [...cycle]),
    }),
  }),
});

builder.objectFields(Snapshot, (t) => ({
  symbols: t.connection(
    {
      type: CodeSymbolType,
      description:
        'The symbols of the snapshot: those like the query, the most alike first, or all of them by path and line.',
      args: {
        query: t.arg.string({
          required: false,
          description:
            'A name or a part of one: exact names come first, then beginnings, parts and likeness.',
        }),
        kinds: t.arg({
          type: [SymbolKind],
          required: false,
          description: 'Only symbols of these kinds; all kinds by default.',
        }),
        pathPrefix: t.arg.string({
          required: false,
          description: 'Only symbols of files whose path starts with this text, such as src/.',
        }),
        isExported: t.arg.boolean({
          required: false,
          description: 'Only symbols that other files may use, or only the others.',
        }),
      },
      resolve: (snapshot, args, context) => symbolsOf(snapshot, args, context),
    },
    ...connectionFor('Symbol'),
  ),
}));

builder.objectFields(Snapshot, (t) => ({
  moduleGraph: t.field({
    type: ModuleGraphType,
    description: 'The folders and files below a path to a depth, and the imports between them, added up.',
    args: {
      path: t.arg.string({
        required: false,
        defaultValue: '',
        description: 'The path of the folder; the root of the repository by default.',
      }),
      depth: t.arg.int({
        required: false,
        defaultValue: 1,
        description: 'The number of levels below the folder that get nodes of their own, 1 to 20.',
      }),
    },
    resolve: (snapshot, { path, depth }, { reads }) => {
      const folder = (textOf(path) ?? '').replace(/\/+$/, '');
      const levels = depth ?? 1;
      if (levels < 1 || levels > DEEPEST)
        throw apiError('BAD_USER_INPUT', `depth takes 1 to ${DEEPEST}, not ${levels}.`);
      return reads.inProject(snapshot.projectId, async (sql) =>
        moduleGraph(await fileGraph(sql, snapshot, folder), folder, levels),
      );
    },
  }),
  coverage: t.field({
    type: AnalysisCoverage,
    description: 'The files of the snapshot that were analysed, and those that were not.',
    resolve: (snapshot, _args, context) => coverageOf(snapshot, context),
  }),
  languages: t.field({
    type: [LanguageShareType],
    description: 'The languages of the snapshot, the one with the most bytes first.',
    resolve: ({ projectId, branchId, number }, _args, { reads }) =>
      languageShares(reads, projectId, { branchId, number }),
  }),
}));

async function symbolsOf(
  snapshot: SnapshotView,
  args: {
    readonly query?: string | null | undefined;
    readonly kinds?: readonly (typeof SymbolKind.$inferType)[] | null | undefined;
    readonly pathPrefix?: string | null | undefined;
    readonly isExported?: boolean | null | undefined;
    readonly first?: number | null | undefined;
    readonly after?: string | null | undefined;
  },
  { reads }: ApiContext,
) {
  checkForwardPage(args);
  const { projectId, branchId, number } = snapshot;
  const first = args.first ?? 20;
  const filter = {
    query: textOf(args.query?.trim() === '' ? null : args.query?.trim()),
    kinds: args.kinds ?? null,
    pathPrefix: textOf(args.pathPrefix),
    isExported: args.isExported ?? null,
  };
  const list = `symbols ${projectId} ${branchId} ${number} ${JSON.stringify(filter)}`;
  const offset = decodeNumber(args.after, list) ?? 0;
  const rows = await reads.inProject(projectId, (sql) =>
    snapshotSymbols(sql, snapshot, { ...filter, first: first + 1, offset }),
  );
  let at = offset;
  return connectionOf(rows, first, () => String((at += 1)), {
    list,
    after: offset > 0,
    total: () => reads.inProject(projectId, (sql) => countSymbols(sql, snapshot, filter)),
  });
}
