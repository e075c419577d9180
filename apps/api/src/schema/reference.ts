import {
  countReferences,
  findFileAt,
  referencesTo,
  symbolAt,
  type CodeReference,
  type CodeSymbol,
} from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { checkForwardPage, connectionOf, decodeNumber } from '../graphql/pagination.ts';
import { RepositoryFile } from './repository-file.ts';
import { AnalysisCoverage, Certainty, CodeSymbolType, coverageOf } from './symbol.ts';

const ReferenceKind = builder.enumType('ReferenceKind', {
  description: 'The way in which a place of the code uses a symbol.',
  values: {
    CALL: { description: 'The symbol is called or constructed there.' },
    IMPORT: { description: 'The symbol is imported or exported again there.' },
    TYPE: { description: 'The symbol is named as a type there.' },
    EXTENDS: { description: 'The symbol is extended or implemented there.' },
    READ: { description: 'The value of the symbol is used there.' },
  },
});

/** A use of a symbol within its project. */
interface ReferenceView extends CodeReference {
  readonly projectId: string;
}

const Reference = builder.objectRef<ReferenceView>('Reference').implement({
  description: 'One place of a snapshot that uses a symbol.',
  fields: (t) => ({
    file: t.field({
      type: RepositoryFile,
      description: 'The file in which the symbol is used.',
      resolve: ({ projectId, file }, _args, { reads }) => fileAt(projectId, file, reads),
    }),
    line: t.exposeInt('line', { description: 'The line of the use, counted from 1.' }),
    kind: t.field({
      type: ReferenceKind,
      description: 'The way in which the symbol is used.',
      // The reader of facts knows no other kinds.
      resolve: ({ kind }) => kind as typeof ReferenceKind.$inferType,
    }),
    certainty: t.field({
      type: Certainty,
      description: 'The degree to which the link is certain.',
      resolve: ({ certainty }) => certainty,
    }),
    inside: t.field({
      type: CodeSymbolType,
      nullable: true,
      description: 'The symbol in whose definition the use stands; null at the top of a file.',
      resolve: ({ projectId, file, inside: key }, _args, { reads }) =>
        key === null ? null : symbolAt(reads, projectId, { ...file, key }),
    }),
  }),
});

const [ReferenceConnection, ReferenceEdge] = connectionFor('Reference');
builder.objectField(ReferenceConnection, 'coverage', (t) =>
  t.field({
    type: AnalysisCoverage,
    description: 'The files that were searched for uses of the symbol.',
    resolve: (connection: object, _args, context) =>
      coverageOf((connection as { readonly symbol: SymbolPlace }).symbol, context),
  }),
);

interface SymbolPlace {
  readonly projectId: string;
  readonly branchId: string;
  readonly number: number;
}

builder.objectField(CodeSymbolType, 'references', (t) =>
  t.connection(
    {
      type: Reference,
      description: 'The places that use the symbol: the surest first, then by path and line.',
      args: {
        certainty: t.arg({
          type: [Certainty],
          required: false,
          description: 'Only uses of these degrees of certainty; all of them by default.',
        }),
      },
      resolve: (symbol, args, context) => referencesOf(symbol, args, context),
    },
    ReferenceConnection,
    ReferenceEdge,
  ),
);

async function referencesOf(
  { file, number, key }: CodeSymbol,
  args: {
    readonly certainty?: readonly (typeof Certainty.$inferType)[] | null | undefined;
    readonly first?: number | null | undefined;
    readonly after?: string | null | undefined;
  },
  { reads }: ApiContext,
) {
  checkForwardPage(args);
  const { projectId, branchId, shownPath: path } = file;
  const first = args.first ?? 20;
  const certainties = args.certainty ?? null;
  const list = `references ${projectId} ${branchId} ${number} ${path} ${key} ${certainties?.join(',') ?? ''}`;
  const offset = decodeNumber(args.after, list) ?? 0;
  const wanted = { branchId, number, path, key, certainties };
  const rows = await referencesTo(reads, projectId, { ...wanted, first: first + 1, offset });
  let at = offset;
  const connection = connectionOf(
    rows.map((row) => ({ ...row, projectId })),
    first,
    () => String((at += 1)),
    { list, after: offset > 0, total: () => countReferences(reads, projectId, wanted) },
  );
  return { ...connection, symbol: { projectId, branchId, number } };
}

/** The file at a place that links lead to. */
export async function fileAt(
  projectId: string,
  place: { readonly branchId: string; readonly number: number; readonly path: string },
  reads: ApiContext['reads'],
) {
  const file = await findFileAt(reads, projectId, place);
  if (file === null) throw new Error('A link leads to a file that its snapshot lacks.');
  return file;
}
