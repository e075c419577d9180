import {
  decodeTree,
  formatOf,
  hashObject,
  MODE,
  pathFromBytes,
  showPath,
  type Head,
  type Source,
} from '@project-sync/sync';
import type { Database } from '../database/database.ts';

/** How something that is kept differs from what the source has. */
export type DifferenceKind = 'NOT_KEPT' | 'NOT_AT_SOURCE' | 'OTHER_CONTENT' | 'DAMAGED' | 'CONTENT_MISSING';

/** What a comparison of everything that is kept with the source found. */
export interface Verification {
  /** The commit that the branch was last synced to, which is what is compared. */
  readonly commitOid: string;
  /** Where the branch stands at the source; null when it is gone there. */
  readonly sourceOid: string | null;
  readonly filesCompared: number;
  readonly contentsCompared: number;
  readonly differences: readonly { readonly path: string; readonly kind: DifferenceKind }[];
}

const PAGE = 200;
/** A branch that differs everywhere is told by its first differences. */
const MOST = 1000;

const headOf = `
  SELECT s.commit_oid, s.tree_oid, s.number FROM branch b
    JOIN project_sync s ON s.project_id = b.project_id AND s.branch_id = b.id AND s.number = b.head
   WHERE b.project_id = $1 AND b.id = $2`;
const rows = `
  SELECT f.id, f.path, f.mode, f.oid, b.oid IS NOT NULL AS held, b.content, b.size FROM repository_file f
    LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.id > $4
     AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)
   ORDER BY f.id LIMIT ${PAGE}`;

interface KeptRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly path: Uint8Array;
  readonly mode: number;
  readonly oid: string;
  readonly held: boolean;
  readonly content: Uint8Array | null;
  readonly size: bigint | null;
}

/**
 * Compares a branch object by object: the listing with the source's own trees, each content with its id. It trusts
 * nothing that is kept, and changes nothing. Null where the branch was never synced.
 */
export async function verifyBranch(
  database: Database,
  source: Source,
  branch: { projectId: string; id: string; name: string },
  signal: AbortSignal,
): Promise<Verification | null> {
  const [kept] = await database.system.query<{ commit_oid: string; tree_oid: string; number: number }>(
    headOf,
    [branch.projectId, branch.id],
  );
  if (kept === undefined) return null;
  const now = await source.head(branch.name, null, { signal });
  const head: Head = {
    commitOid: kept.commit_oid,
    treeOid: kept.tree_oid,
    format: formatOf(kept.commit_oid),
    committedAt: null,
    message: null,
  };
  const listing = await listingAt(source, head, signal);
  const filesCompared = listing.size;
  const differences: { path: string; kind: DifferenceKind }[] = [];
  const differs = (path: string, kind: DifferenceKind): void => {
    if (differences.length < MOST) differences.push({ path, kind });
  };
  let contentsCompared = 0;
  for (let last = 0n; ;) {
    signal.throwIfAborted();
    const page = await database.system.query<KeptRow>(rows, [branch.projectId, branch.id, kept.number, last]);
    if (page.length === 0) break;
    last = page.at(-1)?.id ?? last;
    for (const row of page) {
      const path = pathFromBytes(row.path);
      const there = listing.get(path);
      listing.delete(path);
      if (there === undefined) differs(showPath(path), 'NOT_AT_SOURCE');
      else if (there !== `${row.mode} ${row.oid}`) differs(showPath(path), 'OTHER_CONTENT');
      if (row.mode === MODE.submodule) continue;
      if (!row.held) differs(showPath(path), 'CONTENT_MISSING');
      if (row.content === null) continue;
      contentsCompared += 1;
      if (BigInt(row.content.length) !== row.size || hashObject(head.format, 'blob', row.content) !== row.oid)
        differs(showPath(path), 'DAMAGED');
    }
  }
  for (const path of listing.keys())
    differs(showPath(pathFromBytes(Buffer.from(path, 'latin1'))), 'NOT_KEPT');
  return {
    commitOid: kept.commit_oid,
    sourceOid: now.kind === 'head' ? now.head.commitOid : null,
    filesCompared,
    contentsCompared,
    differences,
  };
}

/** Every file of a commit as its source has it: mode and object id by path. */
async function listingAt(source: Source, head: Head, signal: AbortSignal): Promise<Map<string, string>> {
  const trees = new Map<string, Uint8Array>();
  const nothing = { load: () => Promise.resolve(new Map<string, Uint8Array>()) };
  for await (const batch of source.trees({ head, kept: nothing, base: null }, { signal }))
    for (const tree of batch.trees) trees.set(tree.oid, tree.content);
  const listing = new Map<string, string>();
  const open = [{ oid: head.treeOid, prefix: '' }];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const { name, mode, oid } of decodeTree(head.format, trees.get(folder.oid) ?? new Uint8Array())) {
      if (mode === MODE.tree) open.push({ oid, prefix: `${folder.prefix}${name}/` });
      else listing.set(`${folder.prefix}${name}`, `${mode} ${oid}`);
    }
  }
  return listing;
}
