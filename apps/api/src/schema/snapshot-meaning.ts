import { snapshotMeaning, type SnapshotMeaning } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import { Snapshot } from './snapshot.ts';

const MeaningCoverage = builder
  .objectRef<SnapshotMeaning & { readonly of: string }>('MeaningCoverage')
  .implement({
    description:
      'The part of a snapshot that search by meaning reaches. Files and words are served from FINALIZE on; vectors follow in EMBED.',
    fields: (t) => ({
      id: t.id({ description: rowIdText, resolve: ({ of }) => rowId('MeaningCoverage', of) }),
      passages: t.exposeInt('passages', {
        description: 'The number of different passages of the files of the snapshot.',
      }),
      embedded: t.exposeInt('embedded', {
        description: 'The number of these passages that have a vector of the model.',
      }),
      model: t.exposeString('model', {
        description:
          'The model whose vectors are counted: the one in force, or the one that is being computed.',
      }),
      isInForce: t.exposeBoolean('isInForce', {
        description:
          'Whether the project searches by meaning yet. It does from the moment all of its passages have a vector of a first model.',
      }),
    }),
  });

builder.objectField(Snapshot, 'meaning', (t) =>
  t.field({
    type: MeaningCoverage,
    description: 'How many passages of the snapshot have a vector, counted now.',
    resolve: async ({ projectId, branchId, number }, _args, { reads, embeddingModel }) => {
      const found = await snapshotMeaning(reads, projectId, { branchId, number, computed: embeddingModel });
      return { ...found, of: `${projectId}:${branchId}:${number}` };
    },
  }),
);
