import type { SyncEventRow } from '@project-sync/db';
import type { ProgressDetail, SyncStats as Stats } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import { SyncPhase, SyncStatus } from './sync-enums.ts';
import { statsOf, SyncStats } from './sync-stats.ts';

/** One event of a sync, as its row or its notification has it. */
export interface ProgressView {
  readonly project_id: string;
  readonly sync_id: string;
  readonly sequence: number;
  readonly at: Date;
  readonly status: SyncEventRow['status'];
  readonly phase: SyncEventRow['phase'];
  readonly progress: number;
  readonly message: string;
  readonly stats: Stats;
  readonly detail: unknown;
}

export const SyncProgress = builder.objectRef<ProgressView>('SyncProgress').implement({
  description: 'One event of the log of a sync.',
  fields: (t) => ({
    id: t.id({
      description: rowIdText,
      resolve: ({ project_id, sync_id, sequence }) => rowId('SyncProgress', project_id, sync_id, sequence),
    }),
    sequence: t.exposeInt('sequence', {
      description: 'The number of the event within its sync: 1, 2, 3 … without a gap.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'The time the event was stored.' }),
    status: t.expose('status', { type: SyncStatus, description: 'The status of the sync at this event.' }),
    phase: t.expose('phase', { type: SyncPhase, description: 'The phase of the sync at this event.' }),
    progress: t.exposeFloat('progress', {
      description: 'The share of the sync that is done, from 0 to 1. It never falls.',
    }),
    message: t.exposeString('message', { description: 'A sentence for people that says what is happening.' }),
    stats: t.field({
      type: SyncStats,
      description: 'The counters of the sync at this event.',
      resolve: ({ project_id, sync_id, sequence, stats }) => statsOf(stats, [project_id, sync_id, sequence]),
    }),
    rate: t.float({
      nullable: true,
      description: 'Items the phase handles per second; null when it counts nothing.',
      resolve: ({ detail }) => detailOf(detail).rate ?? null,
    }),
    secondsLeft: t.int({
      nullable: true,
      description: 'Estimated seconds until the phase ends; null until there is an estimate.',
      resolve: ({ detail }) => detailOf(detail).secondsLeft ?? null,
    }),
    waitingFor: t.string({
      nullable: true,
      description: 'The reason the sync waits, such as a rate limit; null when it does not wait.',
      resolve: ({ detail }) => detailOf(detail).waitingFor ?? null,
    }),
    waitingUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time the wait ends; null when it is unknown or the sync does not wait.',
      resolve: ({ detail }) => {
        const until = detailOf(detail).waitingUntil;
        return until == null ? null : new Date(until);
      },
    }),
    sync: t.prismaField({
      type: 'ProjectSync',
      description: 'The sync itself, in its current state.',
      resolve: (query, { project_id: projectId, sync_id: id }, _args, { prisma }) =>
        prisma.projectSync.findUniqueOrThrow({ ...query, where: { projectId_id: { projectId, id } } }),
    }),
  }),
});

function detailOf(detail: unknown): ProgressDetail {
  return detail instanceof Object ? detail : {};
}
