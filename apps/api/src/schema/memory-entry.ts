import { entryById, type PlacedEntry } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { ProjectSync } from './sync.ts';
import { numberedId } from '../graphql/ids.ts';

export const MemoryKind = builder.enumType('MemoryKind', {
  description: 'What a piece of knowledge is.',
  values: {
    CODE: { description: 'A function, class, method or type.' },
    DOC: { description: 'A section of a document.' },
    LETTER: { description: 'A letter from .memory/.' },
    NOTE: { description: 'A note that somebody wrote.' },
    INSIGHT: { description: 'Something that a phase found out.' },
  },
});

export const MemoryEntry = builder.objectRef<PlacedEntry>('MemoryEntry');
builder.node(MemoryEntry, {
  description:
    'One piece of knowledge: a function, a section of a document, a letter from .memory/, a note somebody wrote, an insight.',
  id: { resolve: (entry) => `${entry.projectId}:${entry.id}:${entry.fileId ?? 0n}` },
  isTypeOf: (value) => value instanceof Object && 'fileId' in value && 'startLine' in value,
  loadOne: (id, { reads }) => {
    const cut = id.lastIndexOf(':');
    const key = numberedId(id.slice(0, cut));
    const file = /^\d{1,18}$/.test(id.slice(cut + 1)) ? BigInt(id.slice(cut + 1)) : 0n;
    return key === null
      ? null
      : reads.inProject(key.projectId, (sql) =>
          entryById(sql, key.projectId, { id: key.id, fileId: file === 0n ? null : file }),
        );
  },
  fields: (t) => ({
    kind: t.field({ type: MemoryKind, description: 'What it is.', resolve: ({ kind }) => kind }),
    title: t.exposeString('title', { description: 'Its name, or its first words.' }),
    content: t.exposeString('content', { description: 'What it says; secrets are masked.' }),
    path: t.exposeString('path', { nullable: true, description: 'The file that it stands in.' }),
    symbol: t.exposeString('symbol', { nullable: true, description: 'The name in the code.' }),
    language: t.exposeString('language', { nullable: true, description: 'Of the file.' }),
    startLine: t.exposeInt('startLine', { nullable: true, description: 'Its first line, from 1.' }),
    endLine: t.exposeInt('endLine', { nullable: true, description: 'Its last line.' }),
    isActive: t.exposeBoolean('isActive', { description: 'Whether it stands on its branch now.' }),
    addedBy: t.prismaField({
      type: ProjectSync,
      nullable: true,
      description: 'The sync that brought it.',
      resolve: (query, entry, _args, { prisma }) =>
        entry.branchId === null || entry.added === null
          ? null
          : prisma.projectSync.findUnique({
              ...query,
              where: {
                projectId_branchId_number: {
                  projectId: entry.projectId,
                  branchId: entry.branchId,
                  number: entry.added,
                },
              },
            }),
    }),
    supersededBy: t.prismaField({
      type: ProjectSync,
      nullable: true,
      description: 'The sync that replaced it.',
      resolve: (query, entry, _args, { prisma }) =>
        entry.branchId === null || entry.superseded === null
          ? null
          : prisma.projectSync.findUnique({
              ...query,
              where: {
                projectId_branchId_number: {
                  projectId: entry.projectId,
                  branchId: entry.branchId,
                  number: entry.superseded,
                },
              },
            }),
    }),
  }),
});
