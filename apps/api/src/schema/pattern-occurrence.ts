import { findContent, findFileAt } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { checkForwardPage, connectionOf, decodeNumber } from '../graphql/pagination.ts';
import { RepositoryFile } from './repository-file.ts';

/** A stored pattern, as far as its place and time go. */
export interface PatternRow {
  readonly projectId: string;
  readonly id: string;
  readonly branchId: string | null;
  readonly hash: string;
  readonly evidence: readonly bigint[];
  readonly places: unknown;
  readonly superseded: number | null;
}

interface Place {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

interface OccurrenceView extends Place {
  readonly projectId: string;
  readonly branchId: string;
  readonly number: number;
}

export const PatternOccurrence = builder.objectRef<OccurrenceView>('PatternOccurrence').implement({
  description: 'A place where a pattern was found.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path of the file.' }),
    startLine: t.exposeInt('startLine', { description: 'The first line, counted from 1.' }),
    endLine: t.exposeInt('endLine', { description: 'The last line, inclusive.' }),
    quote: t.string({
      description: 'The text of those lines at that commit, with secrets masked.',
      resolve: (occurrence, _args, context) => quoteOf(occurrence, context),
    }),
    commitOid: t.field({
      type: 'GitObjectId',
      description: 'The commit of the snapshot in which it was found.',
      resolve: async ({ projectId, branchId, number }, _args, { prisma }) => {
        const sync = await prisma.projectSync.findUnique({
          where: { projectId_branchId_number: { projectId, branchId, number } },
        });
        return sync?.commitOid ?? '';
      },
    }),
    file: t.field({
      type: RepositoryFile,
      nullable: true,
      description: 'The file in that snapshot; null where it is no longer stored.',
      resolve: ({ projectId, branchId, number, path }, _args, { reads }) =>
        findFileAt(reads, projectId, { branchId, number, path }),
    }),
  }),
});

async function quoteOf(
  { projectId, branchId, number, path, startLine, endLine }: OccurrenceView,
  { reads, decode, redact }: ApiContext,
): Promise<string> {
  const file = await findFileAt(reads, projectId, { branchId, number, path });
  const blob = file === null ? null : await findContent(reads, projectId, file.oid);
  if (blob?.encoding == null) return '';
  // Redacted whole: the parts of a key that a cut runs through would not be recognised.
  const lines = redact(decode(blob.content, blob.encoding)).split('\n');
  return lines
    .slice(startLine - 1, endLine)
    .map((line) => line.replace(/\r$/, ''))
    .join('\n');
}

/** The places of a pattern. The storage wrote them in this very form. */
export function placesOf(stored: unknown): Place[] {
  const rows = stored as readonly (readonly [string, number, number])[];
  return rows.map(([path, startLine, endLine]) => ({ path, startLine, endLine }));
}

/** The newest snapshot that has the pattern; null for one of no branch. */
export async function newestOf(
  { projectId, branchId: id, superseded }: PatternRow,
  { prisma }: Pick<ApiContext, 'prisma'>,
): Promise<number | null> {
  if (id === null) return null;
  if (superseded !== null) return superseded - 1;
  const branch = await prisma.branch.findUnique({ where: { projectId_id: { projectId, id } } });
  return branch?.head ?? null;
}

/** The snapshot in which a pattern is looked at: the one it was reached through, else the newest that has it. */
export async function numberOf(
  pattern: PatternRow,
  context: Pick<ApiContext, 'prisma'>,
): Promise<number | null> {
  const asOf: unknown = Reflect.get(pattern, 'asOf');
  return typeof asOf === 'number' ? asOf : newestOf(pattern, context);
}

/** A page of the places of a pattern. */
export async function occurrencesOf(
  pattern: PatternRow,
  args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  context: ApiContext,
) {
  checkForwardPage(args);
  const { projectId, branchId, places } = pattern;
  const number = await numberOf(pattern, context);
  const all = branchId === null || number === null ? [] : placesOf(places);
  const list = `occurrences ${projectId} ${pattern.id}`;
  const offset = decodeNumber(args.after, list) ?? 0;
  const first = args.first ?? 20;
  let at = offset;
  return connectionOf(
    all
      .slice(offset, offset + first + 1)
      .map((place) => ({ ...place, projectId, branchId: branchId ?? '', number: number ?? 0 })),
    first,
    () => String((at += 1)),
    { list, after: offset > 0, total: () => Promise.resolve(all.length) },
  );
}
