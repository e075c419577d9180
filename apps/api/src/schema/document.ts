import { randomUUID } from 'node:crypto';
import { findContent } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { parseTenantId } from '../graphql/ids.ts';

export const Authority = builder.enumType('Authority', {
  description: 'How binding a document is.',
  values: {
    MANDATORY: { description: 'The document must be followed.' },
    GUIDELINE: { description: 'The document should be followed.' },
    INFORMATIONAL: { description: 'The document only informs.' },
  },
});

export const DocumentKind = builder.enumType('DocumentKind', {
  description: 'The origin of a document.',
  values: {
    GENERATED: { description: 'A page that the product wrote from the code of a snapshot.' },
    REPOSITORY: { description: 'A file of the branch that has an authority, such as CONTRIBUTING.md.' },
    WRITTEN: { description: 'A document that a user put into the project.' },
  },
});

interface CitationView {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

export const Citation = builder.objectRef<CitationView>('Citation').implement({
  description: 'Lines of a file that are the evidence for a statement of a document.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path of the file from the root of the repository.' }),
    startLine: t.exposeInt('startLine', { description: 'The first line, counted from 1.' }),
    endLine: t.exposeInt('endLine', { description: 'The last line, inclusive.' }),
  }),
});

export const Document = builder.prismaNode('Document', {
  nullable: true,
  id: { resolve: (document) => `${document.projectId}:${document.id}` },
  findUnique: (id) => ({ projectId_id: parseTenantId(id) ?? { projectId: randomUUID(), id: randomUUID() } }),
  description:
    'A Markdown document: a page generated from a snapshot, a file of the repository with an authority, or a text by a user.',
  select: { projectId: true, id: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: DocumentKind, description: 'The origin of the document.' }),
    title: t.exposeString('title', { description: 'The title of the document.' }),
    path: t.string({
      nullable: true,
      select: { path: true },
      description:
        'Where the document stands among the documents, such as modules/src/router; the same over syncs. Null for a document of a user without a place.',
      resolve: ({ path }) => (path === '' ? null : path),
    }),
    scope: t.exposeStringList('scope', {
      description: 'The folders the document speaks for; empty for all of the repository.',
    }),
    content: t.string({
      select: { projectId: true, content: true, oid: true },
      description: 'The text of the document as Markdown, with secrets masked.',
      resolve: (document, _args, context) => contentOf(document, context),
    }),
    authority: t.expose('authority', { type: Authority, description: 'How binding the document is.' }),
    isGenerated: t.exposeBoolean('isGenerated', {
      description: 'Whether a sync generated the document; otherwise a user wrote it.',
    }),
    isModelWritten: t.exposeBoolean('isModelWritten', {
      description: 'Whether a language model wrote a part of the document.',
    }),
    sources: t.exposeStringList('sources', {
      description: 'The paths of the files the document was generated from; empty if a user wrote it.',
    }),
    citations: t.field({
      type: [Citation],
      select: { citations: true },
      description:
        'The evidence of the statements of a generated page: lines of the very snapshot it belongs to.',
      // The storage wrote them in this very form.
      resolve: ({ citations }) => citations as unknown as CitationView[],
    }),
    updatedAt: t.expose('createdAt', { type: 'DateTime', description: 'The time this text was stored.' }),
  }),
});

builder.prismaObjectFields(Document, (t) => ({
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
  writtenBy: t.prismaField({
    type: 'ProjectSync',
    nullable: true,
    select: { syncId: true, projectId: true },
    description:
      'The sync whose change made this text necessary, which may be one of another branch; null if a user wrote it.',
    resolve: (query, { projectId, syncId: id }, _args, { prisma }) =>
      id === null
        ? null
        : prisma.projectSync.findUnique({ ...query, where: { projectId_id: { projectId, id } } }),
  }),
  author: t.prismaField({
    type: 'User',
    nullable: true,
    select: { authorId: true },
    description: 'The user who wrote the document; null for a generated page and a file.',
    resolve: (query, { authorId: id }, _args, { prisma }) =>
      id === null ? null : prisma.user.findUnique({ ...query, where: { id } }),
  }),
  repository: t.prismaField({
    type: 'Repository',
    nullable: true,
    select: { repositoryId: true, projectId: true },
    description: 'The repository the document belongs to; null for one of the whole project.',
    resolve: (query, { projectId, repositoryId: id }, _args, { prisma }) =>
      id === null
        ? null
        : prisma.repository.findUnique({ ...query, where: { projectId_id: { projectId, id } } }),
  }),
}));

/** The text in the row, or that of the stored content it points to; a content without text reads as empty. */
async function contentOf(
  { projectId, content, oid }: { projectId: string; content: string | null; oid: string | null },
  { reads, decode, redact }: ApiContext,
): Promise<string> {
  if (content !== null) return redact(content);
  const stored = oid === null ? null : await findContent(reads, projectId, oid);
  return stored?.encoding == null ? '' : redact(decode(stored.content, stored.encoding));
}
