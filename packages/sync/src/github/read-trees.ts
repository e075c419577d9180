import { decodeTree, emptyTree, MODE, type ObjectId } from '../objects/git-object.ts';
import type { GitPath } from '../objects/git-path.ts';
import type { Head, KeptCommit, KeptTrees, SourceCall, TreeBatch } from '../ports/source.ts';
import { AdaptiveBatch } from '../http-api/adaptive-batch.ts';
import { compareHint } from './compare-hint.ts';
import { fetchTrees } from './fetch-trees.ts';
import type { GitHubClient } from './github-client.ts';
import type { ProvenTree } from './proven-tree.ts';
import { recursiveListing } from './recursive-listing.ts';

/** What reading a difference starts from. */
export interface ReadTrees {
  readonly client: GitHubClient;
  readonly head: Head;
  readonly kept: KeptTrees;
  readonly base: KeptCommit | null;
  /** The root, where the answer about the head proved it already. */
  readonly root: ProvenTree | null;
  /** Texts that came with a hint. */
  readonly onTexts: (texts: readonly string[]) => void;
}

/** A tree at its place, with the tree that the base has there. */
interface Place {
  readonly oid: ObjectId;
  readonly path: GitPath;
  readonly baseOid: ObjectId | null;
}

/** More than two questions of a hundred trees: the whole listing is one. */
const MANY = 200;

/**
 * All trees of a head that are not kept, parents first. It goes down level by level, never into what the base has at
 * the same place, and takes the cheapest way to what is missing: the comparison with the base, the listing of
 * everything when nothing is known, otherwise the trees by their ids.
 */
export async function* readTrees(work: ReadTrees, call: SourceCall): AsyncGenerator<TreeBatch> {
  const { client, head, kept, base } = work;
  const batch = new AdaptiveBatch();
  const known = new Map<ObjectId, ProvenTree>(work.root === null ? [] : [[work.root.oid, work.root]]);
  known.set(emptyTree(head.format), { oid: emptyTree(head.format), content: new Uint8Array(), sizes: [] });
  const seen = new Set<ObjectId>();
  let hinted = false;
  let listed = false;
  let anyKept = false;
  let level: Place[] = [{ oid: head.treeOid, path: '' as GitPath, baseOid: base?.treeOid ?? null }];

  while (level.length > 0) {
    const places = level.filter(
      (place) => place.oid !== place.baseOid && !seen.has(place.oid) && seen.add(place.oid),
    );
    const held = await kept.load([
      ...new Set(places.flatMap((place) => [place.oid, ...(place.baseOid === null ? [] : [place.baseOid])])),
    ]);
    const missing = places.filter((place) => !held.has(place.oid));
    anyKept ||= places.some((place) => held.has(place.oid));
    const unknown = (): Place[] => missing.filter((place) => !known.has(place.oid));
    const next: Place[] = [];
    const descend = (place: Place, content: Uint8Array): void =>
      void next.push(...foldersOf(place, content, held, head));

    if (unknown().length > 0 && base !== null && !hinted) {
      hinted = true;
      const hint = await compareHint(client, head, base, kept, call);
      for (const tree of hint?.trees.values() ?? []) known.set(tree.oid, tree);
      work.onTexts(hint?.texts ?? []);
    }
    if (!listed && ((base === null && !anyKept && unknown().length > 0) || unknown().length > MANY)) {
      listed = true;
      for (const tree of (await recursiveListing(client, head.treeOid, call)).values())
        known.set(tree.oid, tree);
    }
    for (const place of places) {
      const content = held.get(place.oid);
      if (content !== undefined) descend(place, content);
    }
    const ready = missing.flatMap((place) => known.get(place.oid) ?? []);
    if (ready.length > 0) yield batchOf(ready);
    const byOid = new Map(missing.map((place) => [place.oid, place]));
    for (const tree of ready) descend(byOid.get(tree.oid) ?? root(head), tree.content);
    for await (const trees of fetchTrees(client, unknown(), batch, call)) {
      yield batchOf(trees);
      for (const tree of trees) descend(byOid.get(tree.oid) ?? root(head), tree.content);
    }
    for (const tree of ready) known.delete(tree.oid);
    level = next;
  }
}

function foldersOf(
  place: Place,
  content: Uint8Array,
  held: ReadonlyMap<ObjectId, Uint8Array>,
  head: Head,
): Place[] {
  const before = place.baseOid === null ? undefined : held.get(place.baseOid);
  const inBase = new Map(
    before === undefined ? [] : decodeTree(head.format, before).map((entry) => [entry.name, entry]),
  );
  return decodeTree(head.format, content)
    .filter((entry) => entry.mode === MODE.tree)
    .map((entry) => {
      const twin = inBase.get(entry.name);
      const path = (place.path === '' ? entry.name : `${place.path}/${entry.name}`) as GitPath;
      return { oid: entry.oid, path, baseOid: twin?.mode === MODE.tree ? twin.oid : null };
    });
}

function root(head: Head): Place {
  return { oid: head.treeOid, path: '' as GitPath, baseOid: null };
}

function batchOf(trees: readonly ProvenTree[]): TreeBatch {
  return {
    trees: trees.map(({ oid, content }) => ({ oid, content })),
    sizes: new Map(trees.flatMap((tree) => tree.sizes)),
  };
}
