import { authorshipOf, countNotes, projectNotes } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { badCursor, checkForwardPage, connectionOf, decodeCursor } from '../graphql/pagination.ts';
import { MemoryEntry, noteId } from './memory-entry.ts';
import { Project } from './project.ts';
import { User } from './user.ts';

builder.objectFields(MemoryEntry, (t) => ({
  author: t.prismaField({
    type: User,
    nullable: true,
    description:
      'The user who wrote the note; null for other entries, and for a user who has left all common projects.',
    resolve: async (query, { projectId, id }, _args, { reads, prisma }) => {
      const { authorId } = await authorshipOf(reads, projectId, id);
      return authorId === null ? null : prisma.user.findUnique({ ...query, where: { id: authorId } });
    },
  }),
  writtenAt: t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'The date that a letter gives itself, or the time at which a note or insight was stored; null for other entries.',
    resolve: async ({ projectId, id }, _args, { reads }) =>
      (await authorshipOf(reads, projectId, id)).writtenAt,
  }),
  replacedById: t.id({
    nullable: true,
    description:
      'The ID of the version that replaced the note; null for other entries, for a note in force, and for one that was removed.',
    resolve: async ({ projectId, id }, _args, { reads }) => {
      const { laterId } = await authorshipOf(reads, projectId, id);
      return laterId === null ? null : noteId(projectId, laterId);
    },
  }),
}));

builder.prismaObjectField(Project, 'notes', (t) =>
  t.connection(
    {
      type: MemoryEntry,
      description: 'The notes of the project, newest first. Earlier versions and removed notes are left out.',
      resolve: ({ id }, args, context) => notesOf(id, args, context),
    },
    ...connectionFor('MemoryEntry'),
  ),
);

async function notesOf(
  projectId: string,
  args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  { reads }: ApiContext,
) {
  checkForwardPage(args);
  const first = args.first ?? 20;
  const list = `notes ${projectId}`;
  const cursor = decodeCursor(args.after, list);
  if (cursor !== null && !/^\d{1,18}$/.test(cursor)) throw badCursor();
  const after = cursor === null ? null : BigInt(cursor);
  const rows = await reads.inProject(projectId, (sql) =>
    projectNotes(sql, projectId, { first: first + 1, after }),
  );
  return connectionOf(rows, first, ({ id }) => String(id), {
    list,
    after: after !== null,
    total: () => reads.inProject(projectId, (sql) => countNotes(sql, projectId)),
  });
}
