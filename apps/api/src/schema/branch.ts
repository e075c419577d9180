import { countBranchSyncs } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { parseTenantId } from '../graphql/ids.ts';
import { activeOf, branchOf, finalizedOf, type BranchView } from './branch-lookup.ts';
import { planOf, SyncPlan } from './branch-plan.ts';
import { BranchVerification, verificationOf } from './branch-verification.ts';
import { Snapshot, type SnapshotView } from './snapshot.ts';

const BranchStatus = builder.enumType('BranchStatus', {
  description: 'How the stored state of a branch compares with its source.',
  values: {
    NEVER_SYNCED: { description: 'Nothing of the branch is stored yet.' },
    UP_TO_DATE: { description: 'The stored commit is the head of the branch at the source.' },
    BEHIND: { description: 'The head of the branch at the source is not the stored commit.' },
    SYNCING: { description: 'A sync of the branch is queued or running.' },
    GONE: { description: 'The branch no longer exists at the source; its stored history stays readable.' },
  },
});

export const Branch = builder.objectRef<BranchView>('Branch');
/** The connection of branches, shared by the source's list and the stored list. */
export const branchConnection = connectionFor('Branch');

builder.node(Branch, {
  description: 'One branch of a repository: its state at the source, and what is stored of it.',
  id: { resolve: (branch) => `${branch.projectId}:${branch.repositoryId}:${branch.name}` },
  isTypeOf: (value) => value instanceof Object && 'isDefault' in value && 'repositoryId' in value,
  loadOne: branchById,
  fields: (t) => ({
    repository: t.prismaField({
      type: 'Repository',
      description: 'The repository the branch belongs to.',
      resolve: (query, { projectId, repositoryId: id }, _args, { prisma }) =>
        prisma.repository.findUniqueOrThrow({ ...query, where: { projectId_id: { projectId, id } } }),
    }),
    name: t.exposeString('name', { description: 'The name of the branch, without refs/heads/.' }),
    isDefault: t.exposeBoolean('isDefault', {
      description: "Whether this is the repository's default branch.",
    }),
    headOid: t.field({
      type: 'GitObjectId',
      nullable: true,
      description: 'The commit the branch points to at the source now; null when the branch is gone there.',
      resolve: (branch) => branch.headOid(),
    }),
    status: t.field({
      type: BranchStatus,
      description: 'How the stored state of the branch compares with the source.',
      resolve: statusOf,
    }),
    commitsBehind: t.int({
      nullable: true,
      description:
        'The number of commits at the source that `lastSync` does not have. Null if nothing is stored, the branch is gone, or the source cannot count without sending every commit.',
      resolve: commitsBehindOf,
    }),
  }),
});

// The stored side of a branch, and what a sync or a verification would find.
builder.objectFields(Branch, (t) => ({
  lastSync: t.prismaField({
    type: 'ProjectSync',
    nullable: true,
    description:
      'The newest finalized sync of the branch, whose snapshot readers see; null before the first.',
    resolve: (query, branch, _args, { prisma }) =>
      syncOf(finalizedOf(branch)?.id, branch, (where) => prisma.projectSync.findUnique({ ...query, where })),
  }),
  activeSync: t.prismaField({
    type: 'ProjectSync',
    nullable: true,
    description: 'The sync of the branch that is running or queued; null when there is none.',
    resolve: (query, branch, _args, { prisma }) =>
      syncOf(activeOf(branch)?.id, branch, (where) => prisma.projectSync.findUnique({ ...query, where })),
  }),
  syncCount: t.int({
    description: 'The number of completed syncs of the branch.',
    resolve: ({ projectId, row }, _args, { reads }) =>
      row === null ? 0 : countBranchSyncs(reads, { projectId, branchId: row.id }),
  }),
  snapshot: t.field({
    type: Snapshot,
    nullable: true,
    description:
      'The snapshot that readers of the branch see now, left by `lastSync`; null before the first sync.',
    resolve: snapshotOf,
  }),
  plan: t.field({
    type: SyncPlan,
    nullable: true,
    description:
      'The changes and the cost of a sync started now. It changes nothing; null while a sync is active or when the branch is gone. A branch that has moved reads the source, so one request plans at most 20 of those.',
    resolve: (branch, _args, context) => planOf(branch, context),
  }),
  verification: t.field({
    type: BranchVerification,
    nullable: true,
    authScopes: { scope: 'SYNC' },
    description:
      'Compares the stored state with the source, object ID by object ID, without trusting or changing anything stored. Reads every content, so it may take minutes. Null if the branch was never synced. Needs the scope SYNC.',
    resolve: (branch, _args, context) => verificationOf(branch, context),
  }),
}));

async function branchById(id: string, context: ApiContext): Promise<BranchView | null> {
  const [projectId = '', repositoryId = '', ...name] = id.split(':');
  const key = parseTenantId(`${projectId}:${repositoryId}`);
  const repository =
    key === null ? null : await context.prisma.repository.findUnique({ where: { projectId_id: key } });
  return repository === null ? null : branchOf({ projectId, repositoryId }, name.join(':'), context);
}

async function statusOf(branch: BranchView): Promise<typeof BranchStatus.$inferType> {
  if (activeOf(branch) !== null) return 'SYNCING';
  const headOid = await branch.headOid();
  if (headOid === null) return 'GONE';
  const last = finalizedOf(branch);
  if (last === null) return 'NEVER_SYNCED';
  return last.commitOid === headOid ? 'UP_TO_DATE' : 'BEHIND';
}

async function commitsBehindOf(
  branch: BranchView,
  _args: unknown,
  { countCommits }: ApiContext,
): Promise<number | null> {
  const known = finalizedOf(branch)?.commitOid ?? null;
  const head = known === null ? null : await branch.headOid();
  if (known === null || head === null) return null;
  const { projectId, repositoryId } = branch;
  return known === head ? 0 : countCommits({ projectId, repositoryId, known, head });
}

function snapshotOf(branch: BranchView): SnapshotView | null {
  const last = finalizedOf(branch);
  if (last === null || branch.row === null || last.commitOid === null) return null;
  return {
    projectId: branch.projectId,
    branchId: branch.row.id,
    number: branch.row.head,
    syncId: last.id,
    commitOid: last.commitOid,
  };
}

function syncOf<T>(
  id: string | undefined,
  { projectId }: BranchView,
  find: (where: { projectId_id: { projectId: string; id: string } }) => Promise<T | null>,
): Promise<T | null> {
  return id === undefined ? Promise.resolve(null) : find({ projectId_id: { projectId, id } });
}
