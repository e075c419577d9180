import { documentAdditions, type DocumentAddition } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { Document } from './document.ts';

interface AdditionView extends DocumentAddition {
  readonly projectId: string;
  /** The time at which the text of the page was written. */
  readonly pageWrittenAt: Date;
}

const DocumentAdditionType = builder.objectRef<AdditionView>('DocumentAddition').implement({
  description: 'A document that a user put beside a generated page, shown against what the page says now.',
  fields: (t) => ({
    document: t.prismaField({
      type: Document,
      description: 'The document of the user.',
      resolve: (query, { projectId, id }, _args, { prisma }) =>
        prisma.document.findUniqueOrThrow({ ...query, where: { projectId_id: { projectId, id } } }),
    }),
    pageChangedSince: t.boolean({
      description: 'Whether the page was rewritten after the addition was written.',
      resolve: ({ pageWrittenAt, writtenAt }) => pageWrittenAt > writtenAt,
    }),
    namesGone: t.stringList({
      description:
        'The paths and symbols in code style that existed when the addition was written, and that no longer do.',
      resolve: ({ gone }) => [...gone],
    }),
  }),
});

builder.prismaObjectField(Document, 'additions', (t) =>
  t.field({
    type: [DocumentAdditionType],
    select: {
      projectId: true,
      kind: true,
      path: true,
      branchId: true,
      repositoryId: true,
      superseded: true,
      createdAt: true,
    },
    description:
      'The documents that users put at the path of this generated page; empty for a document of another kind.',
    resolve: async (page, _args, { reads }) => {
      const { projectId, kind, path, branchId, repositoryId, superseded, createdAt } = page;
      if (kind !== 'GENERATED' || branchId === null || repositoryId === null) return [];
      const found = await documentAdditions(reads, projectId, { path, branchId, repositoryId, superseded });
      return found.map((addition) => ({ ...addition, projectId, pageWrittenAt: createdAt }));
    },
  }),
);
