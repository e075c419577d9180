import { syncPhases, type PhaseTime } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import { SyncPhase } from './sync-enums.ts';
import { ProjectSync } from './sync.ts';

interface PhaseView extends PhaseTime {
  readonly of: string;
}

const SyncPhaseTime = builder.objectRef<PhaseView>('SyncPhaseTime').implement({
  description: 'The time that a sync spent in one phase.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: ({ of, phase }) => rowId('SyncPhaseTime', of, phase) }),
    phase: t.field({
      type: SyncPhase,
      description: 'The phase whose time it is.',
      resolve: ({ phase }) => phase as typeof SyncPhase.$inferType,
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'The time the phase began.' }),
    seconds: t.exposeFloat('seconds', {
      description:
        'The seconds spent in the phase: all of them where another worker took the sync over and began the phase again, and those until now for the phase of a running sync.',
    }),
  }),
});

builder.prismaObjectField(ProjectSync, 'phases', (t) =>
  t.field({
    type: [SyncPhaseTime],
    description:
      'The phases that the sync went through, in their order, each with its time. They follow from its log, so they stay after its end.',
    select: { projectId: true, id: true },
    resolve: async ({ projectId, id: syncId }, _args, { reads }) =>
      (await syncPhases(reads, { projectId, syncId })).map((time) => ({
        ...time,
        of: `${projectId}:${syncId}`,
      })),
  }),
);
