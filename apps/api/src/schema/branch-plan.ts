import { blobsHeld, planBase, treesHeld } from '@project-sync/db';
import { diffTrees, findRenames, type PathChange } from '@project-sync/sync';
import type { BranchView, SyncPlanView } from './branch.ts';
import type { ApiContext } from '../graphql/context.ts';
import { activeOf } from './branch.ts';

/** Bytes a token, as code has them: an estimate, told as one. */
const BYTES_A_TOKEN = 3.5;

/** Walks the differences as a sync would, and keeps nothing of them. */
export async function planOf(branch: BranchView, context: ApiContext): Promise<SyncPlanView | null> {
  if (branch.headOid === null || activeOf(branch) !== null) return null;
  const signal = AbortSignal.timeout(120_000);
  const base = await context.sql((sql) => planBase(sql, branch));
  const source = await context.openSource({ projectId: branch.projectId, repositoryId: branch.repositoryId });
  try {
    const answer = await source.head(branch.name, null, { signal });
    if (answer.kind !== 'head') return null;
    const { head } = answer;
    const found = new Map<string, Uint8Array>();
    const sizes = new Map<string, number>();
    const load = async (oids: readonly string[]) => {
      const missing = oids.filter((oid) => !found.has(oid));
      const held =
        missing.length === 0
          ? new Map<string, Uint8Array>()
          : await context.sql((sql) => treesHeld(sql, branch.projectId, missing));
      return new Map(
        oids.flatMap((oid) => {
          const content = found.get(oid) ?? held.get(oid);
          return content === undefined ? [] : [[oid, content] as const];
        }),
      );
    };
    if (base?.treeOid !== head.treeOid) {
      for await (const batch of source.trees({ head, kept: { load }, base }, { signal })) {
        for (const tree of batch.trees) found.set(tree.oid, tree.content);
        for (const [oid, size] of batch.sizes) sizes.set(oid, size);
      }
    }
    const changes: PathChange[] = [];
    const pages = diffTrees({
      load,
      format: head.format,
      before: base?.treeOid ?? null,
      after: head.treeOid,
    });
    // Not `push(...page)`: V8 refuses some 125,000 arguments, and one folder can have more files.
    for await (const page of pages) for (const change of page) changes.push(change);
    const renames = await findRenames(changes, () => Promise.resolve(new Map()));
    const wanted = [
      ...new Set(
        changes.flatMap(({ after }) => (after === null || after.mode === 0o160000 ? [] : [after.oid])),
      ),
    ];
    const held = await context.sql((sql) => blobsHeld(sql, branch.projectId, wanted));
    const missing = wanted.filter((oid) => !held.has(oid));
    const bytes = missing.reduce((sum, oid) => sum + (sizes.get(oid) ?? 0), 0);
    return {
      commitOid: head.commitOid,
      filesAdded: changes.filter(({ before }) => before === null).length - renames.size,
      filesModified: changes.filter(({ before, after }) => before !== null && after !== null).length,
      filesRemoved: changes.filter(({ after }) => after === null).length - renames.size,
      filesRenamed: renames.size,
      blobsToFetch: missing.length,
      bytesToFetch: bytes,
      tokensToEmbed: Math.round(bytes / BYTES_A_TOKEN),
    };
  } finally {
    await source.close();
  }
}
