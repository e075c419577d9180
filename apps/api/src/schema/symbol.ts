import { codeCoverage, findSymbol, type CodeSymbol } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { numberedId } from '../graphql/ids.ts';
import { RepositoryFile } from './repository-file.ts';

export const SymbolKind = builder.enumType('SymbolKind', {
  description: 'The kind of a definition in source code.',
  values: {
    MODULE: { description: 'A module that a file or a block declares.' },
    NAMESPACE: { description: 'A namespace that groups other definitions.' },
    CLASS: { description: 'A class, struct or other type with members.' },
    INTERFACE: { description: 'An interface, trait or protocol without an implementation.' },
    TYPE: { description: 'A named type, such as an alias.' },
    ENUM: { description: 'An enumeration of named values.' },
    FUNCTION: { description: 'A function outside of any type.' },
    METHOD: { description: 'A function that belongs to a type.' },
    FIELD: { description: 'A field, property or attribute of a type.' },
    VARIABLE: { description: 'A variable at the top of a file.' },
    CONSTANT: { description: 'A value that is never assigned again.' },
  },
});

export const Certainty = builder.enumType('Certainty', {
  description: 'The degree to which a link between two places of the code is certain.',
  values: {
    PROVEN: { description: "Resolved by the language's own rules of scope and import." },
    LIKELY: { description: 'The only candidate that fits by its name and the imports.' },
    UNPROVEN: { description: 'Found by its name alone, which others may have.' },
  },
});

export const AnalysisCoverage = builder
  .objectRef<{
    filesAnalysed: number;
    filesNotAnalysed: number;
    languages: readonly string[];
  }>('AnalysisCoverage')
  .implement({
    description:
      'The files that an analysis looked at: an empty answer means something only together with this.',
    fields: (t) => ({
      filesAnalysed: t.exposeInt('filesAnalysed', {
        description: 'The number of files whose definitions and references are known.',
      }),
      filesNotAnalysed: t.exposeInt('filesNotAnalysed', {
        description:
          'The number of files in languages whose references are not resolved, of too large ones, and of those that could not be parsed.',
      }),
      languages: t.stringList({
        description: 'The languages of the analysed files, in the order of their names.',
        resolve: ({ languages }) => [...languages],
      }),
    }),
  });

export const CodeSymbolType = builder.objectRef<CodeSymbol>('Symbol');
builder.node(CodeSymbolType, {
  description: 'A named definition in a file of a snapshot, such as a function, class or constant.',
  id: {
    resolve: ({ file, number, ordinal }) => `${file.projectId}:${file.id}:${ordinal}:${number}`,
  },
  isTypeOf: (value) => value instanceof Object && 'qualifiedName' in value && 'ordinal' in value,
  loadOne: (id, context) => symbolById(id, context),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name by which the code uses the symbol.' }),
    qualifiedName: t.exposeString('qualifiedName', {
      description: 'The name with the definitions around it, such as Router.add.',
    }),
    kind: t.field({
      type: SymbolKind,
      description: 'The kind of the definition, such as FUNCTION or CLASS.',
      // The reader of facts knows no other kinds.
      resolve: ({ kind }) => kind as typeof SymbolKind.$inferType,
    }),
    language: t.string({
      description: 'The language of the file that defines the symbol.',
      resolve: ({ file }) => file.language ?? '',
    }),
    signature: t.exposeString('signature', {
      nullable: true,
      description: 'The declaration without its body, on one line; null where there is none.',
    }),
    documentation: t.exposeString('documentation', {
      nullable: true,
      description: 'The doc comment as text; null where there is none.',
    }),
    isExported: t.exposeBoolean('isExported', {
      description: 'Whether other files may use the symbol, by the rules of its language.',
    }),
    file: t.field({
      type: RepositoryFile,
      description: 'The file that defines the symbol.',
      resolve: ({ file }) => file,
    }),
    startLine: t.exposeInt('startLine', {
      description: 'The first line of the definition, counted from 1.',
    }),
    endLine: t.exposeInt('endLine', { description: 'The last line of the definition, inclusive.' }),
  }),
});

function symbolById(id: string, { reads }: ApiContext): Promise<CodeSymbol | null> | null {
  const [projectId = '', fileId = '', ordinal = '', number = '', ...rest] = id.split(':');
  const key = numberedId(`${projectId}:${fileId}`);
  const isNumber = (text: string) => /^\d{1,9}$/.test(text);
  if (key === null || rest.length > 0 || !isNumber(ordinal) || !isNumber(number)) return null;
  return findSymbol(reads, key.projectId, {
    fileId: key.id,
    ordinal: Number(ordinal),
    number: Number(number),
  });
}

/** The files that the analysis of a snapshot looked at. */
export function coverageOf(
  { projectId, branchId, number }: { projectId: string; branchId: string; number: number },
  { reads }: ApiContext,
) {
  return codeCoverage(reads, projectId, { branchId, number });
}
