import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { textOf } from '../graphql/ids.ts';
import { checkRowPage } from '../graphql/pagination.ts';
import { Authority, Document, DocumentKind } from './document.ts';
import { Snapshot, type SnapshotView } from './snapshot.ts';

interface Filter {
  readonly kinds?: readonly (typeof DocumentKind.$inferType)[] | null | undefined;
  readonly authority?: readonly (typeof Authority.$inferType)[] | null | undefined;
  readonly path?: string | null | undefined;
}

builder.objectField(Snapshot, 'documents', (t) =>
  t.prismaConnection(
    {
      type: 'Document',
      cursor: 'projectId_id',
      description:
        'The pages generated from this snapshot, the files of its repository that have an authority, and the current documents of users, in this order and then by path and title.',
      args: {
        kinds: t.arg({
          type: [DocumentKind],
          required: false,
          description: 'Only documents of these kinds; all kinds by default.',
        }),
        authority: t.arg({
          type: [Authority],
          required: false,
          description: 'Only documents with one of these authorities; all by default.',
        }),
        path: t.arg.string({
          required: false,
          description: 'Only the documents at this path and below it, such as modules/src.',
        }),
      },
      totalCount: async (snapshot, filter, context) =>
        context.prisma.document.count({ where: await matching(snapshot, filter, context) }),
      resolve: async (query, snapshot, args, context) => {
        checkRowPage(args);
        return context.prisma.document.findMany({
          ...query,
          where: await matching(snapshot, args, context),
          orderBy: [{ kind: 'asc' }, { path: 'asc' }, { title: 'asc' }, { id: 'asc' }],
        });
      },
    },
    ...connectionFor('Document'),
  ),
);

builder.objectField(Snapshot, 'document', (t) =>
  t.prismaField({
    type: Document,
    nullable: true,
    description:
      'The document at a path: the generated page, else the file of the repository, else the document of a user; null if there is none.',
    args: {
      path: t.arg.string({
        required: true,
        description: 'The path among the documents, such as overview or modules/src/router.',
      }),
    },
    resolve: async (query, snapshot, { path }, context) => {
      const place = textOf(path);
      if (place === '') return null;
      return context.prisma.document.findFirst({
        ...query,
        where: { AND: [await inSnapshot(snapshot, context), { path: place }] },
        orderBy: [{ kind: 'asc' }, { repositoryId: 'asc' }],
      });
    },
  }),
);

async function matching(snapshot: SnapshotView, { kinds, authority, path }: Filter, context: ApiContext) {
  const place = textOf(path)?.replace(/\/+$/, '') ?? '';
  return {
    AND: [
      await inSnapshot(snapshot, context),
      kinds == null ? {} : { kind: { in: [...kinds] } },
      authority == null ? {} : { authority: { in: [...authority] } },
      // In byte order, what follows "a/" and precedes "a0" is below "a".
      place === '' ? {} : { OR: [{ path: place }, { path: { gte: `${place}/`, lt: `${place}0` } }] },
    ],
  };
}

/** The documents of a snapshot: those of its branch in force at its number, and the users' current ones. */
async function inSnapshot({ projectId, branchId, number }: SnapshotView, { prisma }: ApiContext) {
  const branch = await prisma.branch.findUnique({ where: { projectId_id: { projectId, id: branchId } } });
  const repositoryId = branch?.repositoryId ?? null;
  return {
    projectId,
    OR: [
      {
        kind: 'WRITTEN' as const,
        supersededAt: null,
        OR: repositoryId === null ? [{ repositoryId }] : [{ repositoryId: null }, { repositoryId }],
      },
      {
        kind: { in: ['GENERATED' as const, 'REPOSITORY' as const] },
        branchId,
        added: { lte: number },
        OR: [{ superseded: null }, { superseded: { gt: number } }],
      },
    ],
  };
}
