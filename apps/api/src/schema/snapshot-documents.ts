import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { encodeGlobalID, textOf } from '../graphql/ids.ts';
import { checkPage, checkRowPage } from '../graphql/pagination.ts';
import { Authority, Document, DocumentKind } from './document.ts';
import { Snapshot, type SnapshotView } from './snapshot.ts';

interface Filter {
  readonly kinds?: readonly (typeof DocumentKind.$inferType)[] | null | undefined;
  readonly authority?: readonly (typeof Authority.$inferType)[] | null | undefined;
  readonly path?: string | null | undefined;
}

interface ContentsRow {
  readonly projectId: string;
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly kind: typeof DocumentKind.$inferType;
  readonly authority: typeof Authority.$inferType;
  readonly createdAt: Date;
}

const inOrder = [
  { kind: 'asc' as const },
  { path: 'asc' as const },
  { title: 'asc' as const },
  { id: 'asc' as const },
];

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
          orderBy: inOrder,
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

const ContentsEntry = builder.objectRef<ContentsRow>('ContentsEntry').implement({
  description: 'A line of the table of contents of the documents: what stands where, without its text.',
  fields: (t) => ({
    documentId: t.id({
      description: 'The ID of the document.',
      resolve: ({ projectId, id }) => encodeGlobalID('Document', `${projectId}:${id}`),
    }),
    path: t.string({
      nullable: true,
      description: 'Where the document stands; null for a document of a user without a place.',
      resolve: ({ path }) => (path === '' ? null : path),
    }),
    title: t.exposeString('title', { description: 'The title of the document.' }),
    kind: t.expose('kind', { type: DocumentKind, description: 'The origin of the document.' }),
    authority: t.expose('authority', { type: Authority, description: 'How binding the document is.' }),
    updatedAt: t.expose('createdAt', { type: 'DateTime', description: 'The time its text was stored.' }),
  }),
});

builder.objectField(Snapshot, 'tableOfContents', (t) =>
  t.field({
    type: [ContentsEntry],
    description:
      'Every document of the snapshot without its text, in the order of `documents`, in one answer, for a tree of pages.',
    resolve: async (snapshot, _args, context) =>
      context.prisma.document.findMany({
        select: {
          projectId: true,
          id: true,
          path: true,
          title: true,
          kind: true,
          authority: true,
          createdAt: true,
        },
        where: await inSnapshot(snapshot, context),
        orderBy: inOrder,
      }),
  }),
);

builder.objectField(Snapshot, 'documentVersions', (t) =>
  t.prismaField({
    type: [Document],
    description:
      'The texts of the document at a path up to this snapshot, the newest first. Of a document of a user, also those of later times.',
    args: {
      path: t.arg.string({
        required: true,
        description: 'The path among the documents, such as overview or modules/src/router.',
      }),
      first: t.arg.int({
        required: false,
        defaultValue: 50,
        description: 'The number of versions to return, 0 to 100.',
      }),
    },
    resolve: async (query, snapshot, args, { prisma }) => {
      checkPage(args);
      const path = textOf(args.path);
      if (path === '') return [];
      const versions = await prisma.document.findMany({
        ...query,
        where: { AND: [await everIn(snapshot, prisma), { path }] },
        orderBy: [{ kind: 'asc' }, { added: 'desc' }, { createdAt: 'desc' }, { id: 'desc' }],
        take: args.first ?? 50,
      });
      // A path may once have been a page of another kind: only texts of the same kind are versions of each other.
      return versions.filter(({ kind }) => kind === versions[0]?.kind);
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
async function inSnapshot(snapshot: SnapshotView, { prisma }: ApiContext) {
  const isWritten = { kind: 'WRITTEN' as const };
  return {
    AND: [
      await everIn(snapshot, prisma),
      {
        OR: [
          { ...isWritten, supersededAt: null },
          { NOT: isWritten, superseded: null },
          { NOT: isWritten, superseded: { gt: snapshot.number } },
        ],
      },
    ],
  };
}

/** The documents of a snapshot and of all those before it on its branch, and all that users wrote. */
async function everIn({ projectId, branchId, number }: SnapshotView, prisma: ApiContext['prisma']) {
  const branch = await prisma.branch.findUnique({ where: { projectId_id: { projectId, id: branchId } } });
  const repositoryId = branch?.repositoryId ?? null;
  return {
    projectId,
    OR: [
      {
        kind: 'WRITTEN' as const,
        OR: repositoryId === null ? [{ repositoryId }] : [{ repositoryId: null }, { repositoryId }],
      },
      {
        kind: { in: ['GENERATED' as const, 'REPOSITORY' as const] },
        branchId,
        added: { lte: number },
      },
    ],
  };
}
