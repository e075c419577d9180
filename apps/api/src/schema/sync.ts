import { randomUUID } from 'node:crypto';
import {
  changesKey,
  countDifferences,
  differences,
  eventPageKey,
  eventPages,
  type SyncChange,
  type SyncEventRow,
} from '@project-sync/db';
import {
  emptyStats,
  type ProgressDetail,
  type SyncStats as Stats,
  type SyncWarning as Warning,
} from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import { ErrorCodeEnum } from '../graphql/error-code-enum.ts';
import { isErrorCode } from '../graphql/error-code.ts';
import { parseTenantId } from '../graphql/ids.ts';
import { checkForwardPage, checkPage, connectionOf, decodeCursor } from '../graphql/pagination.ts';
import { ChangeKind, SyncPhase, SyncStatus, SyncTrigger } from './sync-enums.ts';

const counts: Record<keyof Stats, string> = {
  filesTotal: 'Files of the snapshot.',
  filesAdded: 'Paths that came.',
  filesModified: 'Paths whose content or mode changed.',
  filesRemoved: 'Paths that went.',
  filesRenamed: 'Paths that moved with their content.',
  filesUnchanged: 'Paths that stayed as they were.',
  filesSkipped: 'Files that are listed without their content.',
  sourceRequests: 'Requests made to the source.',
  bytesFetched: 'Bytes of content received from it.',
  blobsFetched: 'Contents fetched.',
  blobsReused: 'Contents already held under the same object id.',
  entriesCreated: 'Entries that came to the branch.',
  entriesSuperseded: 'Entries that left it.',
  embeddingsComputed: 'Vectors computed.',
  embeddingsReused: 'Passages whose vector was held already.',
  docsGenerated: 'Documents written.',
  docsReused: 'Documents that still hold.',
};

export const SyncStats = builder.objectRef<Stats>('SyncStats').implement({
  description: 'What a sync counted.',
  fields: (t) => ({
    filesTotal: t.exposeInt('filesTotal', { description: counts.filesTotal }),
    filesAdded: t.exposeInt('filesAdded', { description: counts.filesAdded }),
    filesModified: t.exposeInt('filesModified', { description: counts.filesModified }),
    filesRemoved: t.exposeInt('filesRemoved', { description: counts.filesRemoved }),
    filesRenamed: t.exposeInt('filesRenamed', { description: counts.filesRenamed }),
    filesUnchanged: t.exposeInt('filesUnchanged', { description: counts.filesUnchanged }),
    filesSkipped: t.exposeInt('filesSkipped', { description: counts.filesSkipped }),
    sourceRequests: t.exposeInt('sourceRequests', { description: counts.sourceRequests }),
    bytesFetched: t.exposeFloat('bytesFetched', { description: counts.bytesFetched }),
    blobsFetched: t.exposeInt('blobsFetched', { description: counts.blobsFetched }),
    blobsReused: t.exposeInt('blobsReused', { description: counts.blobsReused }),
    entriesCreated: t.exposeInt('entriesCreated', { description: counts.entriesCreated }),
    entriesSuperseded: t.exposeInt('entriesSuperseded', { description: counts.entriesSuperseded }),
    embeddingsComputed: t.exposeInt('embeddingsComputed', { description: counts.embeddingsComputed }),
    embeddingsReused: t.exposeInt('embeddingsReused', { description: counts.embeddingsReused }),
    docsGenerated: t.exposeInt('docsGenerated', { description: counts.docsGenerated }),
    docsReused: t.exposeInt('docsReused', { description: counts.docsReused }),
  }),
});

const SyncFailure = builder
  .objectRef<{ code: string; message: string; retryable: boolean }>('SyncFailure')
  .implement({
    description: 'Why a sync failed.',
    fields: (t) => ({
      code: t.exposeString('code', { description: 'The code as text: upper-case and never renamed.' }),
      reason: t.field({
        type: ErrorCodeEnum,
        nullable: true,
        description: 'The same code as a value of the enum; null for a code that this version does not know.',
        resolve: ({ code }) => (isErrorCode(code) ? code : null),
      }),
      message: t.exposeString('message', { description: 'What went wrong, and what to do about it.' }),
      retryable: t.exposeBoolean('retryable', { description: 'Whether trying again can help.' }),
    }),
  });

const SyncWarning = builder.objectRef<Warning>('SyncWarning').implement({
  description: 'Something that went wrong without failing the sync.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The code as text: upper-case and never renamed.' }),
    reason: t.field({
      type: ErrorCodeEnum,
      nullable: true,
      description: 'The same code as a value of the enum; null for a code that this version does not know.',
      resolve: ({ code }) => (isErrorCode(code) ? code : null),
    }),
    message: t.exposeString('message', { description: 'One plain sentence.' }),
    path: t.exposeString('path', { nullable: true, description: 'The file that it is about.' }),
  }),
});

export const FileChange = builder.objectRef<SyncChange>('FileChange').implement({
  description: 'One path that differs.',
  fields: (t) => ({
    kind: t.field({ type: ChangeKind, description: 'How.', resolve: ({ kind }) => kind }),
    path: t.exposeString('path', { description: 'Where it stands now, or stood.' }),
    previousPath: t.exposeString('previousPath', {
      nullable: true,
      description: 'Where a renamed file stood before.',
    }),
    oid: t.expose('oid', { type: 'GitObjectId', nullable: true, description: 'Its content now.' }),
    previousOid: t.expose('previousOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'Its content before.',
    }),
  }),
});

/** One sync of one branch. */
export const ProjectSync = builder.prismaNode('ProjectSync', {
  nullable: true,
  id: { resolve: (sync) => `${sync.projectId}:${sync.id}` },
  findUnique: (id) => ({ projectId_id: parseTenantId(id) ?? { projectId: randomUUID(), id: randomUUID() } }),
  description: 'One sync of one branch.',
  select: { projectId: true, id: true, branchId: true, number: true, commitOid: true },
  fields: (t) => ({
    repository: t.relation('repository', { description: 'What it reads.' }),
    branch: t.string({
      description: "The branch's name.",
      select: { branch: { select: { name: true } } },
      resolve: ({ branch }) => branch.name,
    }),
    trigger: t.expose('trigger', { type: SyncTrigger, description: 'What began it.' }),
    status: t.expose('status', { type: SyncStatus, description: 'Where it stands.' }),
    phase: t.expose('phase', {
      type: SyncPhase,
      description: 'The phase it is in, or was in when it ended.',
    }),
    progress: t.exposeFloat('progress', { description: '0 to 1; never falls.' }),
    commitOid: t.expose('commitOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'The commit that it brought.',
    }),
    commitMessage: t.exposeString('commitMessage', {
      nullable: true,
      description: "The commit's own words.",
    }),
    committedAt: t.expose('committedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the commit was made.',
    }),
    isFull: t.exposeBoolean('full', {
      description: 'Whether it compared every file, trusting nothing that was kept.',
    }),
    lastSequence: t.exposeInt('lastSequence', { description: 'The number of its newest event.' }),
    stats: t.field({
      type: SyncStats,
      description: 'What it counted.',
      select: { stats: true },
      resolve: ({ stats }) => statsOf(stats),
    }),
    failure: t.field({
      type: SyncFailure,
      nullable: true,
      description: 'Set when FAILED.',
      select: { failureCode: true, failureMessage: true, failureRetryable: true },
      resolve: ({ failureCode, failureMessage, failureRetryable }) =>
        failureCode === null
          ? null
          : { code: failureCode, message: failureMessage ?? '', retryable: failureRetryable ?? false },
    }),
    warnings: t.field({
      type: [SyncWarning],
      select: { warnings: true },
      description:
        'What went wrong without failing the sync: an enrichment phase that must be run again, files that were skipped and why.',
      resolve: ({ warnings }) => warningsOf(warnings),
    }),
    queuedAt: t.expose('queuedAt', { type: 'DateTime', description: 'When it was asked for.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a worker first took it.',
    }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended, however it did.',
    }),
    previous: t.relation('previousSync', {
      nullable: true,
      description: 'The finalized sync before it on the branch.',
    }),
    next: t.relation('nextSync', {
      nullable: true,
      description: 'The finalized sync after it on the branch.',
    }),
    restoredFrom: t.relation('restoredFrom', {
      nullable: true,
      description: 'The sync whose state a RESTORE brought back.',
    }),
    changes: t.connection(
      {
        type: FileChange,
        description: 'What it changed on its branch, in byte order of the path.',
        args: { kinds: t.arg({ type: [ChangeKind], required: false, description: 'Only these.' }) },
        resolve: async (sync, args, { reads }) => {
          checkForwardPage(args);
          const first = args.first ?? 20;
          const key = { projectId: sync.projectId, branchId: sync.branchId, number: sync.number ?? 0 };
          const kinds = args.kinds ?? null;
          const { projectId } = sync;
          const list = `changes ${projectId} ${sync.id}`;
          const after = decodeCursor(args.after, list);
          const page = changesKey(key, { kinds, after, first: first + 1 });
          const all = changesKey(key, { kinds, after: null, first: 0 });
          const rows = sync.number === null ? [] : await differences(reads, projectId, page);
          return connectionOf(rows ?? [], first, ({ path }) => path, {
            list,
            after: after !== null,
            total: async () =>
              sync.number === null ? 0 : ((await countDifferences(reads, projectId, all)) ?? 0),
          });
        },
      },
      ...connectionFor('FileChange'),
    ),
    events: t.field({
      type: [SyncProgress],
      description: 'Its log, from the event after `after` on.',
      args: {
        after: t.arg.int({ required: false, defaultValue: 0, description: 'The last event that is known.' }),
        first: t.arg.int({ required: false, defaultValue: 100, description: 'How many, at most 100.' }),
      },
      resolve: async ({ projectId, id: syncId }, args, { reads }): Promise<readonly ProgressView[]> => {
        checkPage(args);
        const page = { projectId, syncId, after: args.after ?? 0, first: args.first ?? 100 };
        return (await eventPages(reads, eventPageKey(page))) ?? [];
      },
    }),
  }),
});

/** One event as it is told. */
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

export const SyncProgress = builder.objectRef<ProgressView>('SyncProgress');
SyncProgress.implement({
  description: 'One event of a sync.',
  fields: (t) => ({
    sequence: t.int({
      description: '1, 2, 3 … without a gap, for each sync.',
      resolve: ({ sequence }) => sequence,
    }),
    at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ at }) => at }),
    status: t.field({
      type: SyncStatus,
      description: 'Where the sync stood then.',
      resolve: ({ status }) => status,
    }),
    phase: t.field({
      type: SyncPhase,
      description: 'The phase that it was in.',
      resolve: ({ phase }) => phase,
    }),
    progress: t.float({ description: '0 to 1; never falls.', resolve: ({ progress }) => progress }),
    message: t.string({ description: 'For people.', resolve: ({ message }) => message }),
    stats: t.field({
      type: SyncStats,
      description: 'What had been counted.',
      resolve: ({ stats }) => statsOf(stats),
    }),
    rate: t.float({
      nullable: true,
      description: 'What the phase does a second, where it counts something.',
      resolve: ({ detail }) => detailOf(detail).rate ?? null,
    }),
    secondsLeft: t.int({
      nullable: true,
      description: 'How long the phase will still take: an estimate, once there is one.',
      resolve: ({ detail }) => detailOf(detail).secondsLeft ?? null,
    }),
    waitingFor: t.string({
      nullable: true,
      description: 'Why nothing moves, where the sync waits.',
      resolve: ({ detail }) => detailOf(detail).waitingFor ?? null,
    }),
    waitingUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when it waits, where that is known.',
      resolve: ({ detail }) => {
        const until = detailOf(detail).waitingUntil;
        return until == null ? null : new Date(until);
      },
    }),
    sync: t.prismaField({
      type: ProjectSync,
      description: 'The sync as it is now.',
      resolve: (query, event, _args, { prisma }) =>
        prisma.projectSync.findUniqueOrThrow({
          ...query,
          where: { projectId_id: { projectId: event.project_id, id: event.sync_id } },
        }),
    }),
  }),
});

function statsOf(stats: unknown): Stats {
  return { ...emptyStats(), ...(stats instanceof Object ? stats : {}) };
}

function detailOf(detail: unknown): ProgressDetail {
  return detail instanceof Object ? detail : {};
}

function warningsOf(warnings: unknown): Warning[] {
  if (!Array.isArray(warnings)) return [];
  return warnings.map((warning: Partial<Warning>) => ({
    code: warning.code ?? '',
    message: warning.message ?? '',
    path: warning.path ?? null,
  }));
}
