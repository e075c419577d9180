import { randomUUID } from 'node:crypto';
import { builder } from '../graphql/builder.ts';
import { parseTenantId } from '../graphql/ids.ts';

export const Authority = builder.enumType('Authority', {
  description: 'How binding a document is.',
  values: {
    MANDATORY: { description: 'The document must be followed.' },
    GUIDELINE: { description: 'The document should be followed.' },
    INFORMATIONAL: { description: 'The document only informs.' },
  },
});

export const Document = builder.prismaNode('Document', {
  nullable: true,
  id: { resolve: (document) => `${document.projectId}:${document.id}` },
  findUnique: (id) => ({ projectId_id: parseTenantId(id) ?? { projectId: randomUUID(), id: randomUUID() } }),
  description: 'A Markdown document of the project: generated from the code, or written by a user.',
  select: { projectId: true, id: true },
  fields: (t) => ({
    title: t.exposeString('title', {
      description: 'The title of the document. A new document with the same title replaces it.',
    }),
    content: t.exposeString('content', { description: 'The text of the document as Markdown.' }),
    authority: t.expose('authority', { type: Authority, description: 'How binding the document is.' }),
    isGenerated: t.exposeBoolean('isGenerated', {
      description: 'Whether a sync generated the document; otherwise a user wrote it.',
    }),
    sources: t.exposeStringList('sources', {
      description: 'The paths of the files the document was generated from; empty if a user wrote it.',
    }),
    addedBy: t.prismaField({
      type: 'ProjectSync',
      nullable: true,
      select: { syncId: true, projectId: true },
      description: 'The sync that generated the document; null if a user wrote it.',
      resolve: (query, { projectId, syncId: id }, _args, { prisma }) =>
        id === null
          ? null
          : prisma.projectSync.findUnique({ ...query, where: { projectId_id: { projectId, id } } }),
    }),
    updatedAt: t.expose('createdAt', { type: 'DateTime', description: 'The time this text was stored.' }),
  }),
});
