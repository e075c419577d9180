import {
  decodeTree,
  formatOf,
  hashObject,
  MODE,
  pathFromBytes,
  showPath,
  type GitPath,
  type Head,
  type Source,
} from '@project-sync/sync';
import type { Database } from '../database/database.ts';

/** A difference between the stored branch and its source. */
export type DifferenceKind = 'NOT_KEPT' | 'NOT_AT_SOURCE' | 'OTHER_CONTENT' | 'DAMAGED' | 'CONTENT_MISSING';

/** The result of comparing a stored branch with its source. */
export interface Verification {
  /** The commit that was compared: the one that the branch was last synced to. */
  readonly commitOid: string;
  /** The branch's head at its source; null when the branch no longer exists there. */
  readonly sourceOid: string | null;
  readonly filesCompared: number;
  readonly contentsCompared: number;
  readonly differences: readonly { readonly path: string; readonly kind: DifferenceKind }[];
}

const PAGE = 200;
/** The most differences that are listed, for a branch that differs everywhere. */
const MAX_DIFFERENCES = 1000;

const headOf = `
  SELECT s.commit_oid, s.tree_oid, s.number FROM branch b
    JOIN project_sync s ON s.project_id = b.project_id AND s.branch_id = b.id AND s.number = b.head
   WHERE b.project_id = $1 AND b.id = $2`;
const filesWithContents = `
  SELECT f.id, f.path, f.mode, f.oid, b.oid IS NOT NULL AS stored, b.content, b.size FROM repository_file f
    LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.id > $4
     AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)
   ORDER BY f.id LIMIT ${PAGE}`;

interface StoredFile extends Record<string, unknown> {
  readonly id: bigint;
  readonly path: Uint8Array;
  readonly mode: number;
  readonly oid: string;
  readonly stored: boolean;
  readonly content: Uint8Array | null;
  readonly size: bigint | null;
}

interface StoredHead extends Record<string, unknown> {
  readonly commit_oid: string;
  readonly tree_oid: string;
  readonly number: number;
}

/** The stored branch to compare. */
interface ComparedBranch {
  readonly projectId: string;
  readonly id: string;
  readonly name: string;
}

/**
 * Compares a branch object by object: the listing with the source's own trees, and each content with its object ID. It
 * trusts no stored row and changes nothing. Returns null when the branch was never synced.
 */
export async function verifyBranch(
  { database, source }: { readonly database: Database; readonly source: Source },
  branch: ComparedBranch,
  signal: AbortSignal,
): Promise<Verification | null> {
  const [stored] = await database.system.query<StoredHead>(headOf, [branch.projectId, branch.id]);
  if (stored === undefined) return null;
  const now = await source.head(branch.name, null, { signal });
  const head: Head = {
    commitOid: stored.commit_oid,
    treeOid: stored.tree_oid,
    format: formatOf(stored.commit_oid),
    committedAt: null,
    message: null,
    author: null,
  };
  const listing = await listingAt(source, head, signal);
  const filesCompared = listing.size;
  const found = new Differences(listing, head);
  for await (const page of storedFiles(database, branch, stored.number)) {
    signal.throwIfAborted();
    for (const file of page) found.compare(file);
  }
  return {
    commitOid: stored.commit_oid,
    sourceOid: now.kind === 'head' ? now.head.commitOid : null,
    filesCompared,
    contentsCompared: found.contentsCompared,
    differences: found.finish(),
  };
}

/** Collects the differences between stored files and the source's listing. */
class Differences {
  contentsCompared = 0;
  readonly #found: { path: string; kind: DifferenceKind }[] = [];
  readonly #listing: Map<string, string>;
  readonly #head: Head;

  constructor(listing: Map<string, string>, head: Head) {
    this.#listing = listing;
    this.#head = head;
  }

  compare({ path: bytes, mode, oid, stored, content, size }: StoredFile): void {
    const path = pathFromBytes(bytes);
    const atSource = this.#listing.get(path);
    this.#listing.delete(path);
    if (atSource === undefined) this.#add(path, 'NOT_AT_SOURCE');
    else if (atSource !== `${mode} ${oid}`) this.#add(path, 'OTHER_CONTENT');
    if (mode === MODE.submodule) return;
    if (!stored) this.#add(path, 'CONTENT_MISSING');
    if (content === null) return;
    this.contentsCompared += 1;
    if (BigInt(content.length) !== size || hashObject(this.#head.format, 'blob', content) !== oid)
      this.#add(path, 'DAMAGED');
  }

  /** Adds the files that are only at the source, and returns all differences. */
  finish(): readonly { path: string; kind: DifferenceKind }[] {
    for (const path of this.#listing.keys())
      this.#add(pathFromBytes(Buffer.from(path, 'latin1')), 'NOT_KEPT');
    return this.#found;
  }

  #add(path: GitPath, kind: DifferenceKind): void {
    if (this.#found.length < MAX_DIFFERENCES) this.#found.push({ path: showPath(path), kind });
  }
}

async function* storedFiles(
  database: Database,
  branch: ComparedBranch,
  number: number,
): AsyncGenerator<StoredFile[]> {
  for (let last = 0n; ;) {
    const page = await database.system.query<StoredFile>(filesWithContents, [
      branch.projectId,
      branch.id,
      number,
      last,
    ]);
    if (page.length === 0) return;
    last = page.at(-1)?.id ?? last;
    yield page;
  }
}

/** Reads every file of a commit from its source: mode and object ID by path. */
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
