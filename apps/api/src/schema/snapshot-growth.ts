import { snapshotGrowth, type GrowthPoint } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { encodeGlobalID } from '../graphql/ids.ts';
import { checkPage } from '../graphql/pagination.ts';
import { Snapshot } from './snapshot.ts';

interface PointView extends GrowthPoint {
  readonly projectId: string;
}

const GrowthPointType = builder.objectRef<PointView>('GrowthPoint').implement({
  description: 'The size of a snapshot in the history of its branch.',
  fields: (t) => ({
    syncId: t.id({
      description: 'The ID of the sync that left the snapshot.',
      resolve: ({ projectId, syncId }) => encodeGlobalID('ProjectSync', `${projectId}:${syncId}`),
    }),
    syncNumber: t.exposeInt('ordinal', { description: 'The number of that sync in its project.' }),
    at: t.field({
      type: 'DateTime',
      description: 'The time at which the snapshot became visible.',
      resolve: ({ finalizedAt }) => finalizedAt,
    }),
    commitOid: t.expose('commitOid', {
      type: 'GitObjectId',
      description: 'The commit whose tree the snapshot equals.',
    }),
    files: t.exposeInt('files', { description: 'The number of files of the snapshot.' }),
    passages: t.exposeInt('passages', {
      description: 'The number of memory entries of the files: the passages that search finds.',
    }),
    changedFiles: t.exposeInt('changedFiles', {
      description: 'The number of paths that the sync added, changed, moved and removed.',
    }),
    patterns: t.exposeInt('patterns', {
      nullable: true,
      description: 'The number of patterns, judged or not; null where they were not looked for.',
    }),
  }),
});

builder.objectField(Snapshot, 'growth', (t) =>
  t.field({
    type: [GrowthPointType],
    description: 'The sizes of the snapshots of the branch up to this one, the newest first.',
    args: {
      first: t.arg.int({
        required: false,
        defaultValue: 60,
        description: 'The number of snapshots to return, 0 to 100.',
      }),
    },
    resolve: async ({ projectId, branchId, number }, args, { reads }) => {
      checkPage(args);
      const points = await snapshotGrowth(reads, projectId, { branchId, number, first: args.first ?? 60 });
      return points.map((point) => ({ ...point, projectId }));
    },
  }),
);
