import { decodeTree, emptyTree, formatOf, MODE, type ObjectId } from '../objects/git-object.ts';
import type { GitPath } from '../objects/git-path.ts';
import { checkDepth } from '../objects/tree-limits.ts';
import type { SourceCall, TreeBatch, TreesRequest } from '../ports/source.ts';
import { AdaptiveBatch } from '../http-api/adaptive-batch.ts';
import { compareHint } from './compare-hint.ts';
import { fetchTrees } from './fetch-trees.ts';
import type { GitHubClient } from './github-client.ts';
import type { ProvenTree } from './proven-tree.ts';
import { recursiveListing } from './recursive-listing.ts';

/** The inputs of reading a commit's trees. */
export interface GitHubTreesRequest extends TreesRequest {
  readonly client: GitHubClient;
  /** The root, if the answer about the head already proved it. */
  readonly root: ProvenTree | null;
  /** Receives texts that came with a hint. */
  readonly onTexts: (texts: readonly string[]) => void;
}

/** A tree at its path, with the tree that the base has there. */
interface Place {
  readonly oid: ObjectId;
  readonly path: GitPath;
  readonly baseOid: ObjectId | null;
}

type Trees = ReadonlyMap<ObjectId, Uint8Array>;

/** Above two queries of a hundred trees each, the listing of everything is cheaper. */
const MAX_FETCHED_SINGLY = 200;

/**
 * Yields all trees of a head that are not kept, parents first. It descends level by level, skips what the base has at
 * the same path, and takes the cheapest way to the missing trees: the comparison with the base, the listing of
 * everything if nothing is known, or the trees by their IDs.
 */
export async function* readGitHubTrees(
  request: GitHubTreesRequest,
  call: SourceCall,
): AsyncGenerator<TreeBatch> {
  const { client, head, kept, base } = request;
  const fetching = { client, batch: new AdaptiveBatch() };
  const shortcuts = new Shortcuts(request, call);
  const seen = new Set<ObjectId>();
  let level: Place[] = [{ oid: head.treeOid, path: '' as GitPath, baseOid: base?.treeOid ?? null }];

  for (let depth = 0; level.length > 0; depth += 1) {
    checkDepth(depth);
    const places = level.filter(
      (place) => place.oid !== place.baseOid && !seen.has(place.oid) && seen.add(place.oid),
    );
    const stored = await kept.load([
      ...new Set(places.flatMap(({ oid, baseOid }) => (baseOid === null ? [oid] : [oid, baseOid]))),
    ]);
    const missing = places.filter((place) => !stored.has(place.oid));
    const { ready, unknown } = await shortcuts.lookUp(missing, places.length > missing.length);
    const next: Place[] = [];
    for (const place of places) {
      const content = stored.get(place.oid);
      if (content !== undefined) appendFolders(next, place, { content, stored });
    }
    const placeOf = new Map(missing.map((place) => [place.oid, place]));
    const descend = (trees: readonly ProvenTree[]): void => {
      for (const { oid, content } of trees) {
        const place = placeOf.get(oid);
        if (place !== undefined) appendFolders(next, place, { content, stored });
      }
    };
    if (ready.length > 0) yield batchOf(ready);
    descend(ready);
    for await (const trees of fetchTrees(fetching, unknown, call)) {
      yield batchOf(trees);
      descend(trees);
    }
    level = next;
  }
}

/** Trees obtained many at a time: each shortcut is taken once at most, and only when it can pay. */
class Shortcuts {
  readonly #request: GitHubTreesRequest;
  readonly #call: SourceCall;
  readonly #known = new Map<ObjectId, ProvenTree>();
  #compared = false;
  #listed = false;
  #anyKept = false;

  constructor(request: GitHubTreesRequest, call: SourceCall) {
    this.#request = request;
    this.#call = call;
    if (request.root !== null) this.#add([request.root]);
    this.#add([{ oid: emptyTree(request.head.format), content: new Uint8Array(), sizes: [] }]);
  }

  /** Divides a level's missing trees into those at hand and those that must be fetched by ID. */
  async lookUp(
    missing: readonly Place[],
    someKept: boolean,
  ): Promise<{ ready: ProvenTree[]; unknown: Place[] }> {
    this.#anyKept ||= someKept;
    if (this.#unknown(missing).length > 0) await this.#compare();
    if (this.#listingPays(this.#unknown(missing).length)) await this.#list();
    const ready = missing.flatMap((place) => this.#known.get(place.oid) ?? []);
    const unknown = this.#unknown(missing);
    for (const tree of ready) this.#known.delete(tree.oid);
    return { ready, unknown };
  }

  #unknown(places: readonly Place[]): Place[] {
    return places.filter((place) => !this.#known.has(place.oid));
  }

  async #compare(): Promise<void> {
    const { client, head, base, kept, onTexts } = this.#request;
    if (base === null || this.#compared) return;
    this.#compared = true;
    const hint = await compareHint({ client, head, base, kept }, this.#call);
    this.#add(hint?.trees.values() ?? []);
    onTexts(hint?.texts ?? []);
  }

  #listingPays(unknown: number): boolean {
    if (this.#listed || unknown === 0) return false;
    return unknown > MAX_FETCHED_SINGLY || (this.#request.base === null && !this.#anyKept);
  }

  async #list(): Promise<void> {
    this.#listed = true;
    const { client, head } = this.#request;
    this.#add((await recursiveListing(client, head.treeOid, this.#call)).values());
  }

  #add(trees: Iterable<ProvenTree>): void {
    for (const tree of trees) this.#known.set(tree.oid, tree);
  }
}

/** Appends the folders inside a tree. A spread into `push` would fail on a folder with some 125,000 others in it. */
function appendFolders(
  next: Place[],
  place: Place,
  { content, stored }: { content: Uint8Array; stored: Trees },
): void {
  const format = formatOf(place.oid);
  const before = place.baseOid === null ? undefined : stored.get(place.baseOid);
  const inBase = new Map(
    before === undefined ? [] : decodeTree(format, before).map((entry) => [entry.name, entry]),
  );
  for (const entry of decodeTree(format, content)) {
    if (entry.mode !== MODE.tree) continue;
    const twin = inBase.get(entry.name);
    const path = (place.path === '' ? entry.name : `${place.path}/${entry.name}`) as GitPath;
    next.push({ oid: entry.oid, path, baseOid: twin?.mode === MODE.tree ? twin.oid : null });
  }
}

function batchOf(trees: readonly ProvenTree[]): TreeBatch {
  return {
    trees: trees.map(({ oid, content }) => ({ oid, content })),
    sizes: new Map(trees.flatMap((tree) => tree.sizes)),
  };
}
