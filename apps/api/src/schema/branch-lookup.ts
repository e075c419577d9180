import { branchSyncs, countKeptBranches, keptBranches, type BranchSync } from '@project-sync/db';
import type { Source, SourceBranch } from '@project-sync/sync';
import type { ApiContext } from '../graphql/context.ts';
import { textOf } from '../graphql/ids.ts';
import { badCursor, connectionOf, decodeCursor, encodeCursor } from '../graphql/pagination.ts';

/** One branch: its stored row, if it was ever synced, and the way to its head at the source. */
export interface BranchView {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly row: BranchRow | null;
  /** The commit at the source, null when the branch is gone there. A stored branch asks only when this is called. */
  readonly headOid: () => Promise<string | null>;
}

interface BranchRow {
  readonly id: string;
  readonly head: number;
  readonly syncs: readonly BranchSync[];
}

interface RepositoryKey {
  readonly projectId: string;
  readonly repositoryId: string;
}

interface BranchArguments {
  readonly query?: string | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

const select = { id: true, name: true, head: true, removedAt: true } as const;
const SOURCE_PAGE = 100;

/** The newest finalized sync: the one whose snapshot readers of the branch see. */
export function finalizedOf(branch: BranchView): BranchSync | null {
  return branch.row?.syncs.find(({ number }) => number !== null && number === branch.row?.head) ?? null;
}

/** The sync that is running or, failing that, queued. */
export function activeOf(branch: BranchView): BranchSync | null {
  const inState = (wanted: string) => branch.row?.syncs.find(({ status }) => status === wanted);
  return inState('RUNNING') ?? inState('QUEUED') ?? null;
}

/** A page of the source's branches, with the stored rows of all of them read together. */
export async function branchesOf(key: RepositoryKey, args: BranchArguments, context: ApiContext) {
  const query = textOf(args.query);
  const list = `branches ${key.projectId} ${key.repositoryId} ${query ?? ''}`;
  const after = decodeCursor(args.after, list);
  const page = await withSource(key, context, (source, signal) =>
    source.branches(
      {
        first: args.first ?? 20,
        ...(query === null ? {} : { query }),
        ...(after === null ? {} : { after }),
      },
      { signal },
    ),
  );
  const names = page.branches.map(({ name }) => name);
  const stored = await context.prisma.branch.findMany({ where: { ...key, name: { in: names } }, select });
  const rows = new Map(
    await Promise.all(stored.map(async (row) => [row.name, await withSyncs(row, key, context)] as const)),
  );
  const last = page.branches.length - 1;
  const edges = page.branches.map((branch, index) => ({
    cursor: encodeCursor(index === last && page.endCursor !== null ? page.endCursor : branch.name, list),
    node: viewOf(key, branch, rows.get(branch.name) ?? null),
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

/** A page of the stored branches, from the database alone. */
export async function keptBranchesOf(key: RepositoryKey, args: BranchArguments, context: ApiContext) {
  const { reads } = context;
  const first = args.first ?? 20;
  const query = textOf(args.query);
  const list = `kept ${key.projectId} ${key.repositoryId} ${query ?? ''}`;
  const after = keptCursor(decodeCursor(args.after, list));
  const stored = await keptBranches(reads, { ...key, query, first: first + 1, after });
  const heads = sharedHeads(
    key,
    stored.slice(0, first).map(({ name }) => name),
    context,
  );
  const rows = await Promise.all(
    stored.map(async (branch) => ({
      syncedAtMs: branch.syncedAtMs,
      view: {
        ...key,
        name: branch.name,
        isDefault: branch.isDefault,
        row: await withSyncs({ ...branch, removedAt: null }, key, context),
        headOid: async () => (await heads()).get(branch.name) ?? null,
      } satisfies BranchView,
    })),
  );
  const page = connectionOf(rows, first, ({ syncedAtMs, view }) => `${syncedAtMs} ${view.row?.id ?? ''}`, {
    list,
    after: after !== null,
    total: () => countKeptBranches(reads, { ...key, query }),
  });
  return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: node.view })) };
}

/** One branch by its exact name, at the source or stored. */
export async function branchOf(
  key: RepositoryKey,
  name: string,
  context: ApiContext,
): Promise<BranchView | null> {
  if (name === '' || name.includes('\0') || name.length > 1000) return null;
  // By its unique key alone, so that a branch of each of many repositories is found by one statement.
  const stored = await context.prisma.branch.findUnique({
    where: { projectId_repositoryId_name: { ...key, name: textOf(name) } },
    select,
  });
  const row = await withSyncs(stored, key, context);
  const found = await withSource(key, context, (source, signal) => namedBranch(source, name, signal));
  if (found === null && row === null) return null;
  return viewOf(key, found ?? { name, isDefault: false, headOid: null }, row);
}

function viewOf(
  key: RepositoryKey,
  { name, isDefault, headOid }: { name: string; isDefault: boolean; headOid: string | null },
  row: BranchRow | null,
): BranchView {
  return { ...key, name, isDefault, row, headOid: () => Promise.resolve(headOid) };
}

/** A branch's row with its finalized and active syncs; null for one that was removed. */
async function withSyncs(
  stored: { id: string; head: number; removedAt: Date | null } | null | undefined,
  { projectId }: RepositoryKey,
  { reads }: ApiContext,
): Promise<BranchRow | null> {
  if (stored == null || stored.removedAt !== null) return null;
  const { id, head } = stored;
  const syncs = await branchSyncs(reads, { projectId, branchId: id, head });
  return { id, head, syncs };
}

function keptCursor(text: string | null): { syncedAtMs: number; branchId: string } | null {
  if (text === null) return null;
  const [, time, branchId] = /^(\d{1,15}) ([0-9a-f-]{36})$/.exec(text) ?? [];
  if (time === undefined || branchId === undefined) throw badCursor();
  return { syncedAtMs: Number(time), branchId };
}

/** The heads of several branches, read from the source together when the first of them is asked for. */
function sharedHeads(key: RepositoryKey, names: readonly string[], context: ApiContext) {
  let heads: Promise<ReadonlyMap<string, string>> | null = null;
  return () =>
    (heads ??= withSource(key, context, async (source, signal) => {
      const found = new Map<string, string>();
      for await (const branch of namedBranches(source, names, signal)) found.set(branch.name, branch.headOid);
      return found;
    }));
}

/** Finds branches by name: from the pages of the whole list while that takes fewer questions than asking for each. */
export async function* namedBranches(
  source: Source,
  names: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<SourceBranch> {
  const missing = new Set(names);
  let page = await source.branches({ first: SOURCE_PAGE }, { signal });
  for (let seen = page.branches.length; ; seen += page.branches.length) {
    for (const branch of page.branches) if (missing.delete(branch.name)) yield branch;
    const pagesLeft = Math.ceil((page.totalCount - seen) / SOURCE_PAGE);
    if (page.endCursor === null || missing.size === 0) return;
    if (pagesLeft > missing.size) break;
    page = await source.branches({ first: SOURCE_PAGE, after: page.endCursor }, { signal });
  }
  for (const name of missing) {
    const branch = await namedBranch(source, name, signal);
    if (branch !== null) yield branch;
  }
}

/** Finds a branch at a source by its exact name. */
export async function namedBranch(
  source: Source,
  name: string,
  signal: AbortSignal,
): Promise<SourceBranch | null> {
  for (let after: string | undefined; ;) {
    const page = await source.branches(
      { query: name, first: SOURCE_PAGE, ...(after === undefined ? {} : { after }) },
      { signal },
    );
    const exact = page.branches.find((branch) => branch.name === name);
    if (exact !== undefined || page.endCursor === null) return exact ?? null;
    after = page.endCursor;
  }
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
