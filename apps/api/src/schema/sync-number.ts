import { builder } from '../graphql/builder.ts';
import { Project } from './project.ts';
import { ProjectSync } from './sync.ts';

/** The largest number that the database stores. */
const LARGEST = 2_147_483_647;

builder.prismaObjectField(ProjectSync, 'number', (t) =>
  t.int({
    description:
      'The number of the sync in its project, from 1 on. It never changes and is never given again.',
    select: { ordinal: true },
    resolve: ({ ordinal }) => ordinal,
  }),
);

builder.prismaObjectField(ProjectSync, 'isFirst', (t) =>
  t.boolean({
    description: 'Whether no finalized sync of its branch came before it: then `previous` is null.',
    select: { previousSyncId: true },
    resolve: ({ previousSyncId }) => previousSyncId === null,
  }),
);

builder.prismaObjectField(Project, 'sync', (t) =>
  t.prismaField({
    type: ProjectSync,
    nullable: true,
    description: 'One sync by its number in the project; null if there is none, or its branch was removed.',
    args: { number: t.arg.int({ required: true, description: 'The number of the sync, from 1 on.' }) },
    resolve: async (query, { id: projectId }, { number: ordinal }, { prisma }) => {
      if (ordinal < 1 || ordinal > LARGEST) return null;
      const where = { projectId, ordinal, branch: { removedAt: null } };
      return prisma.projectSync.findFirst({ ...query, where });
    },
  }),
);
