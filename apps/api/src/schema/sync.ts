import { randomUUID } from 'node:crypto';
import { changesOfSync, countDifferences, differences, eventPages } from '@project-sync/db';
import type { SyncWarning as Warning } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { ErrorCodeEnum } from '../graphql/error-code-enum.ts';
import { isErrorCode } from '../graphql/error-code.ts';
import { parseTenantId, rowId, rowIdText } from '../graphql/ids.ts';
import { checkForwardPage, checkPage, connectionOf, decodeCursor } from '../graphql/pagination.ts';
import { ChangeKind, changeViews, FileChange } from './file-change.ts';
import { Snapshot, type SnapshotView } from './snapshot.ts';
import { SyncPhase, SyncStatus, SyncTrigger } from './sync-enums.ts';
import { SyncProgress } from './sync-progress.ts';
import { statsOf, SyncStats } from './sync-stats.ts';

const reasonDescription = 'The same code as a value of the enum; null for a code this version does not know.';
const codeDescription = 'The code as text: upper-case and never renamed.';

const SyncFailure = builder
  .objectRef<{ of: string; code: string; message: string; retryable: boolean }>('SyncFailure')
  .implement({
    description: 'The error a sync failed with.',
    fields: (t) => ({
      id: t.id({ description: rowIdText, resolve: ({ of }) => rowId('SyncFailure', of) }),
      code: t.exposeString('code', { description: codeDescription }),
      reason: t.field({
        type: ErrorCodeEnum,
        nullable: true,
        description: reasonDescription,
        resolve: ({ code }) => (isErrorCode(code) ? code : null),
      }),
      message: t.exposeString('message', {
        description: 'One plain sentence for people: what went wrong, and what to do about it.',
      }),
      retryable: t.exposeBoolean('retryable', {
        description: 'Whether starting the sync again can succeed.',
      }),
    }),
  });

const SyncWarning = builder.objectRef<Warning & { readonly of: string }>('SyncWarning').implement({
  description: 'A problem that did not fail the sync.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: ({ of }) => rowId('SyncWarning', of) }),
    code: t.exposeString('code', { description: codeDescription }),
    reason: t.field({
      type: ErrorCodeEnum,
      nullable: true,
      description: reasonDescription,
      resolve: ({ code }) => (isErrorCode(code) ? code : null),
    }),
    message: t.exposeString('message', {
      description: 'One plain sentence for people: what was skipped, and why.',
    }),
    path: t.exposeString('path', {
      nullable: true,
      description: 'The path of the file concerned; null if the warning concerns no single file.',
    }),
  }),
});

/** The columns of a sync that its computed fields read. */
interface SyncKey {
  readonly projectId: string;
  readonly id: string;
  readonly branchId: string;
  readonly number: number | null;
  readonly commitOid: string | null;
}

export const ProjectSync = builder.prismaNode('ProjectSync', {
  nullable: true,
  id: { resolve: (sync) => `${sync.projectId}:${sync.id}` },
  findUnique: (id) => ({ projectId_id: parseTenantId(id) ?? { projectId: randomUUID(), id: randomUUID() } }),
  description: 'One run that brought a branch to its head at the source, or restored an earlier snapshot.',
  select: { projectId: true, id: true, branchId: true, number: true, commitOid: true },
  fields: (t) => ({
    repository: t.relation('repository', { description: 'The repository the sync reads.' }),
    branch: t.string({
      description: 'The name of the branch the sync reads.',
      select: { branch: { select: { name: true } } },
      resolve: ({ branch }) => branch.name,
    }),
    trigger: t.expose('trigger', { type: SyncTrigger, description: 'The reason the sync was started.' }),
    isFull: t.exposeBoolean('full', {
      description: 'Whether the sync compared every file instead of trusting the stored state.',
    }),
    commitOid: t.expose('commitOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'The commit the sync brought; null until PREPARE has found it.',
    }),
    previous: t.relation('previousSync', {
      nullable: true,
      description: 'The finalized sync of the branch before this one; null for the first.',
    }),
    next: t.relation('nextSync', {
      nullable: true,
      description: 'The finalized sync of the branch after this one; null for the newest.',
    }),
    restoredFrom: t.relation('restoredFrom', {
      nullable: true,
      description: 'The sync whose snapshot this sync restored; null unless its trigger is RESTORE.',
    }),
    snapshot: t.field({
      type: Snapshot,
      nullable: true,
      description: 'The state of the branch as this sync left it; null until FINALIZE has completed.',
      select: { branch: { select: { removedAt: true } } },
      resolve: (sync) => (sync.branch.removedAt === null ? snapshotOf(sync) : null),
    }),
    changes: t.connection(
      {
        type: FileChange,
        description: 'The paths the sync changed on its branch, in byte order.',
        args: {
          kinds: t.arg({
            type: [ChangeKind],
            required: false,
            description: 'Only changes of these kinds; all kinds by default.',
          }),
        },
        resolve: (sync, args, context) => changesOf(sync, args, context),
      },
      ...connectionFor('FileChange'),
    ),
  }),
});

// What the commit says about itself.
builder.prismaObjectFields(ProjectSync, (t) => ({
  commitMessage: t.exposeString('commitMessage', {
    nullable: true,
    description: 'The message of the commit; null until it is known.',
  }),
  commitAuthor: t.exposeString('commitAuthor', {
    nullable: true,
    description:
      'The name of the person who wrote the commit; null until it is known, where the commit names none, and for commits stored by a version that did not read it.',
  }),
  committedAt: t.expose('committedAt', {
    type: 'DateTime',
    nullable: true,
    description: 'The committer date of the commit; null until it is known.',
  }),
}));

// The fields that a running sync changes.
builder.prismaObjectFields(ProjectSync, (t) => ({
  status: t.expose('status', { type: SyncStatus, description: 'The current status of the sync.' }),
  phase: t.expose('phase', {
    type: SyncPhase,
    description: 'The phase the sync is in, or was in when it ended.',
  }),
  progress: t.exposeFloat('progress', {
    description: 'The share of the sync that is done, from 0 to 1. It never falls.',
  }),
  lastSequence: t.exposeInt('lastSequence', {
    description: 'The number of the newest event of the sync; 0 before the first.',
  }),
  stats: t.field({
    type: SyncStats,
    description: 'The counters of the sync so far.',
    select: { stats: true },
    resolve: ({ projectId, id, stats }) => statsOf(stats, [projectId, id]),
  }),
  failure: t.field({
    type: SyncFailure,
    nullable: true,
    description: 'The error the sync failed with; null unless its status is FAILED.',
    select: { failureCode: true, failureMessage: true, failureRetryable: true },
    resolve: ({ projectId, id, failureCode: code, failureMessage: message, failureRetryable: retryable }) =>
      code === null
        ? null
        : { of: `${projectId}:${id}`, code, message: message ?? '', retryable: retryable ?? false },
  }),
  warnings: t.field({
    type: [SyncWarning],
    select: { warnings: true },
    description:
      'The problems that did not fail the sync, such as skipped files or an unfinished enrichment.',
    resolve: ({ projectId, id, warnings }) => warningsOf(warnings, `${projectId}:${id}`),
  }),
  queuedAt: t.expose('queuedAt', { type: 'DateTime', description: 'The time the sync was asked for.' }),
  startedAt: t.expose('startedAt', {
    type: 'DateTime',
    nullable: true,
    description: 'The time a worker first claimed the sync; null while it is queued.',
  }),
  completedAt: t.expose('completedAt', {
    type: 'DateTime',
    nullable: true,
    description: 'The time the sync ended with any result; null while it is active.',
  }),
}));

builder.prismaObjectField(ProjectSync, 'events', (t) =>
  t.field({
    type: [SyncProgress],
    description: 'The log of the sync, oldest event first, starting after the event number `after`.',
    args: {
      after: t.arg.int({
        required: false,
        defaultValue: 0,
        description: 'Return events with a higher number; 0 starts at the first.',
      }),
      first: t.arg.int({
        required: false,
        defaultValue: 100,
        description: 'The number of events to return, 0 to 100.',
      }),
    },
    resolve: ({ projectId, id: syncId }, args, { reads }) => {
      checkPage(args);
      return eventPages(reads, { projectId, syncId, after: args.after ?? 0, first: args.first ?? 100 });
    },
  }),
);

function snapshotOf({ projectId, id, branchId, number, commitOid }: SyncKey): SnapshotView | null {
  return number === null || commitOid === null
    ? null
    : { projectId, branchId, number, syncId: id, commitOid };
}

async function changesOf(
  { projectId, id, branchId, number }: SyncKey,
  args: {
    readonly kinds?: readonly (typeof ChangeKind.$inferType)[] | null | undefined;
    readonly first?: number | null | undefined;
    readonly after?: string | null | undefined;
  },
  { reads }: ApiContext,
) {
  checkForwardPage(args);
  const first = args.first ?? 20;
  const list = `changes ${projectId} ${id}`;
  const after = decodeCursor(args.after, list);
  const pageFrom = (start: string | null, size: number) =>
    changesOfSync(
      { branchId, number: number ?? 0 },
      { kinds: args.kinds ?? null, after: start, first: size },
    );
  const rows = number === null ? [] : await differences(reads, projectId, pageFrom(after, first + 1));
  const own = number ?? 0;
  const pair = {
    older: { branchId, number: Math.max(own - 1, 0) },
    newer: { branchId, number: own },
  };
  return connectionOf(changeViews(rows, projectId, pair), first, ({ path }) => path, {
    list,
    after: after !== null,
    total: () =>
      number === null ? Promise.resolve(0) : countDifferences(reads, projectId, pageFrom(null, 0)),
  });
}

function warningsOf(warnings: unknown, sync: string): (Warning & { readonly of: string })[] {
  if (!Array.isArray(warnings)) return [];
  return warnings.map((warning: Partial<Warning>, index) => ({
    of: `${sync}:${index}`,
    code: warning.code ?? '',
    message: warning.message ?? '',
    path: warning.path ?? null,
  }));
}
