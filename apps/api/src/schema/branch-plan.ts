import { blobsHeld, measuredSyncs, planBase, treesHeld } from '@project-sync/db';
import { diffTrees, findRenames, MODE, type Head, type PathChange, type Source } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import type { ApiContext } from '../graphql/context.ts';
import { activeOf, finalizedOf, type BranchView } from './branch-lookup.ts';
import { contentLimits } from '../content-limits.ts';
import { expectedSeconds } from './expected-seconds.ts';
import { planInTurn, type SharedTrees } from './plans-in-turn.ts';

/** The average of source code; the plan is an estimate. */
const BYTES_PER_TOKEN = 3.5;
const LONGEST_MS = 120_000;

interface SyncPlanView {
  readonly of: string;
  readonly projectId: string;
  readonly repositoryId: string;
  readonly commitOid: string;
  readonly filesAdded: number;
  readonly filesModified: number;
  readonly filesRemoved: number;
  readonly filesRenamed: number;
  readonly blobsToFetch: number;
  readonly bytesToFetch: number;
  readonly blobsUnsized: number;
  readonly tokensToEmbed: number;
}

export const SyncPlan = builder.objectRef<SyncPlanView>('SyncPlan').implement({
  description: 'The changes and the cost of a sync, worked out before it runs.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: ({ of }) => rowId('SyncPlan', of) }),
    commitOid: t.expose('commitOid', {
      type: 'GitObjectId',
      description: 'The commit the sync would bring the branch to.',
    }),
    filesAdded: t.exposeInt('filesAdded', { description: 'The number of paths that would be added.' }),
    filesModified: t.exposeInt('filesModified', {
      description: 'The number of paths whose content or mode would change.',
    }),
    filesRemoved: t.exposeInt('filesRemoved', { description: 'The number of paths that would be removed.' }),
    filesRenamed: t.exposeInt('filesRenamed', {
      description: 'The number of files that would move with their content unchanged.',
    }),
    blobsToFetch: t.exposeInt('blobsToFetch', {
      description: 'The number of contents that are not stored yet and would be fetched.',
    }),
    bytesToFetch: t.exposeFloat('bytesToFetch', {
      description:
        'The bytes of those contents, as far as their sizes are known before: where blobsUnsized is 0 all that is read, else the least that it can be. A content too large to be stored is not read and has none.',
    }),
    blobsUnsized: t.exposeInt('blobsUnsized', {
      description:
        'The number of those contents whose size the source does not tell before they are fetched.',
    }),
    tokensToEmbed: t.exposeInt('tokensToEmbed', {
      description: 'The tokens that would be embedded, estimated from the bytes to fetch.',
    }),
    secondsExpected: t.float({
      nullable: true,
      description:
        'The seconds that the sync should take: as earlier syncs of about its size took on this server, in projects of the viewer and from a source of the same kind. Null where there was none, or nothing is to be fetched.',
      resolve: (plan, _args, context) => secondsOf(plan, context),
    }),
  }),
});

/**
 * Walks the differences as a sync would and stores nothing; null while a sync is active or for a branch that is gone. A
 * branch that has not moved asks neither the source nor the database.
 */
export async function planOf(branch: BranchView, context: ApiContext): Promise<SyncPlanView | null> {
  if (activeOf(branch) !== null) return null;
  const headOid = await branch.headOid();
  if (headOid === null) return null;
  if (finalizedOf(branch)?.commitOid === headOid)
    return planFrom({ branch, commitOid: headOid }, [], { renames: 0, blobs: 0, sizes: [] });
  return planInTurn(context, branch, (source, trees) => planMoved(branch, { source, trees }, context));
}

interface OpenedSource {
  readonly source: Source;
  readonly trees: SharedTrees;
}

async function planMoved(
  branch: BranchView,
  { source, trees: shared }: OpenedSource,
  context: ApiContext,
): Promise<SyncPlanView | null> {
  const { projectId } = branch;
  const signal = AbortSignal.timeout(LONGEST_MS);
  const base = await context.sql((sql) => planBase(sql, branch));
  const answer = await source.head(branch.name, null, { signal });
  if (answer.kind !== 'head') return null;
  const trees = knownTrees(projectId, shared, context);
  await fetchTrees(source, { head: answer.head, base, trees, signal });
  const changes: PathChange[] = [];
  const { format, treeOid } = answer.head;
  const pages = diffTrees({ load: trees.load, format, before: base?.treeOid ?? null, after: treeOid });
  // Not `push(...page)`: V8 refuses some 125,000 arguments, and one folder can have more files.
  for await (const page of pages) for (const change of page) changes.push(change);
  const missing = await missingBlobs(changes, projectId, context);
  const unsized = missing.filter((oid) => !shared.sizes.has(oid));
  if (unsized.length > 0)
    for (const [oid, size] of await source.sizes(answer.head, unsized, { signal }))
      shared.sizes.set(oid, size);
  return planFrom({ branch, commitOid: answer.head.commitOid }, changes, {
    renames: (await findRenames(changes, () => Promise.resolve(new Map()))).size,
    blobs: missing.length,
    sizes: missing.flatMap((oid) => shared.sizes.get(oid) ?? []),
  });
}

interface Trees extends SharedTrees {
  readonly load: (oids: readonly string[]) => Promise<Map<string, Uint8Array>>;
}

/** The trees read for plans of this request, and behind them the stored ones. */
function knownTrees(projectId: string, shared: SharedTrees, context: ApiContext): Trees {
  const { contents } = shared;
  return {
    ...shared,
    async load(oids) {
      const missing = oids.filter((oid) => !contents.has(oid));
      if (missing.length > 0) {
        const stored = await context.sql((sql) => treesHeld(sql, projectId, missing));
        for (const [oid, content] of stored) contents.set(oid, content);
      }
      return new Map(
        oids.flatMap((oid) => {
          const content = contents.get(oid);
          return content === undefined ? [] : [[oid, content] as const];
        }),
      );
    },
  };
}

/** Fetches the trees that are not stored, with the sizes of contents that the source reports on the way. */
async function fetchTrees(
  source: Source,
  wanted: {
    readonly head: Head;
    readonly base: Awaited<ReturnType<typeof planBase>>;
    readonly trees: Trees;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { head, base, trees, signal } = wanted;
  if (base?.treeOid === head.treeOid) return;
  for await (const batch of source.trees({ head, kept: { load: trees.load }, base }, { signal })) {
    for (const tree of batch.trees) trees.contents.set(tree.oid, tree.content);
    for (const [oid, size] of batch.sizes) trees.sizes.set(oid, size);
  }
}

async function missingBlobs(
  changes: readonly PathChange[],
  projectId: string,
  context: ApiContext,
): Promise<string[]> {
  const wanted = new Set(
    changes.flatMap(({ after }) => (after === null || after.mode === MODE.submodule ? [] : [after.oid])),
  );
  const stored = await context.sql((sql) => blobsHeld(sql, projectId, [...wanted]));
  return [...wanted].filter((oid) => !stored.has(oid));
}

function planFrom(
  { branch, commitOid }: { readonly branch: BranchView; readonly commitOid: string },
  changes: readonly PathChange[],
  { renames, blobs, sizes }: { renames: number; blobs: number; sizes: readonly number[] },
): SyncPlanView {
  // Larger ones are listed by their size alone, and never fetched.
  const bytes = sizes
    .filter((size) => size <= contentLimits.maxTextBytes)
    .reduce((sum, size) => sum + size, 0);
  return {
    projectId: branch.projectId,
    repositoryId: branch.repositoryId,
    of: `${branch.projectId}:${branch.repositoryId}:${commitOid}:${branch.name}`,
    commitOid,
    filesAdded: changes.filter(({ before }) => before === null).length - renames,
    filesModified: changes.filter(({ before, after }) => before !== null && after !== null).length,
    filesRemoved: changes.filter(({ after }) => after === null).length - renames,
    filesRenamed: renames,
    blobsToFetch: blobs,
    bytesToFetch: bytes,
    blobsUnsized: blobs - sizes.length,
    tokensToEmbed: Math.round(bytes / BYTES_PER_TOKEN),
  };
}

/** Asked only where a request wants it: a list of plans would read the log of syncs for each of them. */
async function secondsOf(
  { projectId, repositoryId, blobsToFetch, blobsUnsized, tokensToEmbed }: SyncPlanView,
  { reads, prisma }: ApiContext,
): Promise<number | null> {
  if (blobsToFetch === 0) return null;
  const repository = await prisma.repository.findUnique({
    where: { projectId_id: { projectId, id: repositoryId } },
    select: { provider: true },
  });
  if (repository === null) return null;
  const { provider } = repository;
  const measured = await reads.inAll((sql) =>
    measuredSyncs(sql, { repositoryId, provider, contents: blobsToFetch }),
  );
  const tokens = blobsUnsized === 0 ? tokensToEmbed : null;
  return expectedSeconds({ contents: blobsToFetch, tokens }, measured);
}
