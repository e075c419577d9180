import { branchHeadKey, branchSyncs, type BranchSync } from '@project-sync/db';
import type { Source } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { textOf } from '../graphql/ids.ts';
import { encodeCursor, decodeCursor } from '../graphql/pagination.ts';

/** One branch: its row where it was ever synced, and what its source says of it. */
export interface BranchView {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly name: string;
  readonly isDefault: boolean;
  /** Null when it is gone at the source. */
  readonly headOid: string | null;
  readonly row: BranchRow | null;
}

interface BranchRow {
  readonly id: string;
  readonly head: number;
  readonly syncs: readonly BranchSync[];
}

export const BranchStatus = builder.enumType('BranchStatus', {
  description: 'How the kept state stands to the source.',
  values: {
    NEVER_SYNCED: { description: 'Nothing is kept of it.' },
    UP_TO_DATE: { description: 'What is kept is what stands at the source.' },
    BEHIND: { description: 'The source has moved on.' },
    SYNCING: { description: 'A sync is active.' },
    GONE: { description: 'It is not at the source any more; its history is kept.' },
  },
});

export const Branch = builder.objectRef<BranchView>('Branch');

interface RepositoryKey {
  readonly projectId: string;
  readonly repositoryId: string;
}

const select = { id: true, name: true, head: true, removedAt: true } as const;

/** A branch's row with what it shows of its syncs; null for one that was removed. */
async function withSyncs(
  kept: { id: string; head: number; removedAt: Date | null } | null | undefined,
  { projectId }: RepositoryKey,
  { reads }: ApiContext,
): Promise<BranchRow | null> {
  if (kept == null || kept.removedAt !== null) return null;
  const { id, head } = kept;
  return {
    id,
    head,
    syncs: (await branchSyncs(reads, branchHeadKey({ projectId, branchId: id, head }))) ?? [],
  };
}

/** Opens the source of a repository for one piece of work. */
async function withSource<T>(
  key: RepositoryKey,
  context: ApiContext,
  work: (source: Source, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const source = await context.openSource(key);
  try {
    return await work(source, AbortSignal.timeout(30_000));
  } finally {
    await source.close();
  }
}

/** A page of branches, asked of the source, with what is kept of each in one query. */
export async function branchesOf(
  key: RepositoryKey,
  args: {
    query?: string | null | undefined;
    first?: number | null | undefined;
    after?: string | null | undefined;
  },
  context: ApiContext,
) {
  const first = args.first ?? 20;
  const query = textOf(args.query);
  const list = `branches ${key.projectId} ${key.repositoryId} ${query ?? ''}`;
  const after = decodeCursor(args.after, list);
  const page = await withSource(key, context, (source, signal) =>
    source.branches(
      { first, ...(query === null ? {} : { query }), ...(after === null ? {} : { after }) },
      { signal },
    ),
  );
  const names = page.branches.map(({ name }) => name);
  const kept = await context.prisma.branch.findMany({ where: { ...key, name: { in: names } }, select });
  const rows = new Map(
    await Promise.all(kept.map(async (row) => [row.name, await withSyncs(row, key, context)] as const)),
  );
  const edges = page.branches.map(({ name, headOid, isDefault }, index) => ({
    cursor: encodeCursor(
      index === page.branches.length - 1 && page.endCursor !== null ? page.endCursor : name,
      list,
    ),
    node: { ...key, name, isDefault, headOid, row: rows.get(name) ?? null } satisfies BranchView,
  }));
  return {
    edges,
    totalCount: page.totalCount,
    pageInfo: {
      hasNextPage: page.endCursor !== null,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** One branch by its exact name. */
export async function branchOf(
  key: RepositoryKey,
  name: string,
  context: ApiContext,
): Promise<BranchView | null> {
  if (name === '' || name.includes('\0') || name.length > 1000) return null;
  // By its key alone, so that a branch of each of many repositories is found by one statement.
  const kept = await context.prisma.branch.findUnique({
    where: { projectId_repositoryId_name: { ...key, name: textOf(name) } },
    select,
  });
  const row = await withSyncs(kept, key, context);
  const found = await withSource(key, context, async (source, signal) => {
    let after: string | undefined;
    for (;;) {
      const page = await source.branches(
        { query: name, first: 100, ...(after === undefined ? {} : { after }) },
        { signal },
      );
      const exact = page.branches.find((branch) => branch.name === name);
      if (exact !== undefined || page.endCursor === null) return exact ?? null;
      after = page.endCursor;
    }
  });
  if (found === null && row === null) return null;
  return { ...key, name, isDefault: found?.isDefault ?? false, headOid: found?.headOid ?? null, row };
}

/** The newest finalized sync: what readers of the branch see. */
export function finalizedOf(branch: BranchView): BranchSync | null {
  return branch.row?.syncs.find(({ number }) => number !== null && number === branch.row?.head) ?? null;
}

/** The sync that is at work or waits. */
export function activeOf(branch: BranchView): BranchSync | null {
  const inState = (wanted: string) => branch.row?.syncs.find(({ status }) => status === wanted);
  return inState('RUNNING') ?? inState('QUEUED') ?? null;
}

/** What a sync started now would do, found out without keeping any of it. */
export interface SyncPlanView {
  readonly commitOid: string;
  readonly filesAdded: number;
  readonly filesModified: number;
  readonly filesRemoved: number;
  readonly filesRenamed: number;
  readonly blobsToFetch: number;
  readonly bytesToFetch: number;
  readonly tokensToEmbed: number;
}

export const SyncPlan = builder.objectRef<SyncPlanView>('SyncPlan').implement({
  description: 'What a sync started now would do and cost.',
  fields: (t) => ({
    commitOid: t.expose('commitOid', { type: 'GitObjectId', description: 'The commit that it would bring.' }),
    filesAdded: t.exposeInt('filesAdded', { description: 'Paths that would come.' }),
    filesModified: t.exposeInt('filesModified', { description: 'Paths whose content or mode would change.' }),
    filesRemoved: t.exposeInt('filesRemoved', { description: 'Paths that would go.' }),
    filesRenamed: t.exposeInt('filesRenamed', { description: 'Paths that would move with their content.' }),
    blobsToFetch: t.exposeInt('blobsToFetch', { description: 'Contents not held yet.' }),
    bytesToFetch: t.exposeFloat('bytesToFetch', { description: 'Their bytes, where the source tells them.' }),
    tokensToEmbed: t.exposeInt('tokensToEmbed', { description: 'Estimated from the contents not held yet.' }),
  }),
});
