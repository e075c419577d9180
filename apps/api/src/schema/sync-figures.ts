import { syncFigures, type SyncFigures as Figures } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { apiError } from '../graphql/errors.ts';
import { encodeGlobalID } from '../graphql/ids.ts';
import { Project } from './project.ts';
import { SyncStatus } from './sync-enums.ts';
import { syncSelection, syncsInProject } from './sync-list.ts';

/** The most syncs of one plot. */
const MOST = 1000;

const SyncFigures = builder.objectRef<Figures & { readonly projectId: string }>('SyncFigures').implement({
  description: 'The figures of one sync, for plots over many of them.',
  fields: (t) => ({
    syncId: t.id({
      description: 'The ID of the sync.',
      resolve: ({ projectId, id }) => encodeGlobalID('ProjectSync', `${projectId}:${id}`),
    }),
    number: t.exposeInt('ordinal', { description: 'The number of the sync in its project.' }),
    branch: t.exposeString('branch', { description: 'The name of the branch the sync read.' }),
    status: t.field({
      type: SyncStatus,
      description: 'The status of the sync.',
      resolve: ({ status }) => status as typeof SyncStatus.$inferType,
    }),
    queuedAt: t.expose('queuedAt', { type: 'DateTime', description: 'The time the sync was asked for.' }),
    seconds: t.exposeFloat('seconds', {
      nullable: true,
      description: 'The seconds from the start of the sync to its end; null if it has none of the two.',
    }),
    changes: t.exposeInt('changes', { description: 'The number of paths the sync changed.' }),
    embeddingsComputed: t.exposeInt('embeddingsComputed', {
      description: 'The number of vectors computed by the embedder.',
    }),
    embeddingsReused: t.exposeInt('embeddingsReused', {
      description: 'The number of passages whose vector was stored already.',
    }),
    embeddingTokens: t.exposeInt('embeddingTokens', {
      description: 'The tokens of the passages whose vectors were computed, as they are estimated before.',
    }),
    modelTokens: t.exposeInt('modelTokens', { description: 'The tokens the language model cost.' }),
  }),
});

builder.prismaObjectField(Project, 'syncFigures', (t) =>
  t.field({
    type: [SyncFigures],
    description:
      'The figures of the newest syncs of the project, oldest first: one answer for a plot over 1,000 syncs.',
    args: {
      newest: t.arg.int({
        required: false,
        defaultValue: 100,
        description: `The number of syncs, 0 to ${MOST.toLocaleString('en')}; 100 by default.`,
      }),
      repositoryId: t.arg.id({ required: false, description: 'Only syncs of the repository with this ID.' }),
      branch: t.arg.string({ required: false, description: 'Only syncs of branches with this name.' }),
      ...syncSelection,
    },
    resolve: async ({ id: projectId }, args, { reads }) => {
      const take = args.newest ?? 100;
      if (take < 0 || take > MOST)
        throw apiError('PAGE_TOO_LARGE', `newest takes 0 to ${MOST}, not ${take}.`);
      const found = await syncFigures(reads, { ...syncsInProject(projectId, args), take });
      return found.map((figures) => ({ ...figures, projectId }));
    },
  }),
);
