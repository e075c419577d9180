import { entryById, type PlacedEntry } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { encodeGlobalID, localId, numberedId } from '../graphql/ids.ts';

export const MemoryKind = builder.enumType('MemoryKind', {
  description: 'The kind of a memory entry.',
  values: {
    CODE: { description: 'A piece of source code, such as a function, class, method or type.' },
    DOC: {
      description:
        'A section of a document: a file of the repository, a generated page, or a text by a user.',
    },
    LETTER: { description: 'A letter: a Markdown file below .memory/ written for later readers.' },
    NOTE: { description: 'A note that a user or program added to the project.' },
    INSIGHT: { description: 'A finding that several letters, notes or patterns share.' },
  },
});

export const MemoryEntry = builder.objectRef<PlacedEntry>('MemoryEntry');
builder.node(MemoryEntry, {
  description:
    'One piece of knowledge that search can find: a function, a section of a document, a letter, a note or an insight.',
  id: { resolve: (entry) => `${entry.projectId}:${entry.id}:${entry.fileId ?? 0n}` },
  isTypeOf: (value) => value instanceof Object && 'fileId' in value && 'startLine' in value,
  loadOne: (id, context) => entryOf(id, context),
  fields: (t) => ({
    kind: t.expose('kind', { type: MemoryKind, description: 'The kind of the entry.' }),
    title: t.exposeString('title', { description: 'The name of the entry, or its first words.' }),
    content: t.exposeString('content', { description: 'The text of the entry, with secrets masked.' }),
    path: t.exposeString('path', {
      nullable: true,
      description: 'The path of the file the entry comes from; null for notes, insights and documents.',
    }),
    symbol: t.exposeString('symbol', {
      nullable: true,
      description: 'The name of the definition in the code; null if the entry is none.',
    }),
    language: t.exposeString('language', {
      nullable: true,
      description: 'The language of the file; null if it is unknown.',
    }),
    startLine: t.exposeInt('startLine', {
      nullable: true,
      description: 'The first line of the entry in its file, counted from 1; null for notes and insights.',
    }),
    endLine: t.exposeInt('endLine', {
      nullable: true,
      description: 'The last line of the entry in its file, inclusive; null for notes and insights.',
    }),
    isActive: t.exposeBoolean('isActive', {
      description: 'Whether the entry is part of the current snapshot of its branch.',
    }),
    addedBy: t.prismaField({
      type: 'ProjectSync',
      nullable: true,
      description: 'The sync that added the entry; null for notes, insights and documents of users.',
      resolve: (query, entry, _args, { prisma }) => {
        const where = numbered(entry, entry.added);
        return where === null ? null : prisma.projectSync.findUnique({ ...query, where });
      },
    }),
    supersededBy: t.prismaField({
      type: 'ProjectSync',
      nullable: true,
      description: 'The sync that replaced or removed the entry; null while it is current.',
      resolve: (query, entry, _args, { prisma }) => {
        const where = numbered(entry, entry.superseded);
        return where === null ? null : prisma.projectSync.findUnique({ ...query, where });
      },
    }),
  }),
});

function entryOf(id: string, { reads }: ApiContext): Promise<PlacedEntry | null> {
  const key = parseEntryId(id);
  if (key === null) return Promise.resolve(null);
  const { projectId, ...place } = key;
  return reads.inProject(projectId, (sql) => entryById(sql, projectId, place));
}

/** The key of the entry that a global ID names; null for any other ID. */
export function entryKey(globalId: string): { readonly projectId: string; readonly id: bigint } | null {
  const id = localId(globalId, 'MemoryEntry');
  return id === null ? null : parseEntryId(id);
}

/** The global ID of a note, which stands in no file. */
export function noteId(projectId: string, id: bigint): string {
  return encodeGlobalID('MemoryEntry', `${projectId}:${id}:0`);
}

function parseEntryId(id: string) {
  const cut = id.lastIndexOf(':');
  const key = numberedId(id.slice(0, cut));
  const file = /^\d{1,18}$/.test(id.slice(cut + 1)) ? BigInt(id.slice(cut + 1)) : 0n;
  return key === null ? null : { ...key, fileId: file === 0n ? null : file };
}

/** The unique key of the sync with this number on the entry's branch; null for an entry outside of a branch. */
function numbered({ projectId, branchId }: PlacedEntry, number: number | null) {
  return branchId === null || number === null
    ? null
    : { projectId_branchId_number: { projectId, branchId, number } };
}
