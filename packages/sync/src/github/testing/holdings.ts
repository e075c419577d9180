import { decodeTree, hashObject, MODE, type ObjectId } from '../../objects/git-object.ts';
import type { GitPath } from '../../objects/git-path.ts';
import type { Head, KeptCommit, KeptTrees, Source, SourceCall, WantedBlob } from '../../ports/source.ts';

/** The state of a reader after some syncs: trees, contents, and the last commit it has completely. */
export class Holdings {
  readonly trees = new Map<ObjectId, Uint8Array>();
  readonly blobs = new Map<ObjectId, Uint8Array>();
  readonly sizes = new Map<ObjectId, number>();
  base: KeptCommit | null = null;

  readonly kept: KeptTrees = {
    load: (oids) => Promise.resolve(new Map(oids.flatMap((oid) => entryOf(this.trees, oid)))),
  };

  /** Reads a branch the way a sync does; null if the branch is unchanged or deleted. */
  async read(source: Source, branch: string, call: SourceCall): Promise<Head | null> {
    const answer = await source.head(branch, this.base?.commitOid ?? null, call);
    if (answer.kind !== 'head') return null;
    const { head } = answer;
    for await (const batch of source.trees({ head, kept: this.kept, base: this.base }, call)) {
      for (const tree of batch.trees) this.trees.set(tree.oid, tree.content);
      for (const [oid, size] of batch.sizes) this.sizes.set(oid, size);
    }
    const { wanted, total } = this.#contentsOf(head);
    for await (const batch of source.blobs({ head, wanted, maxBytes: 64 << 20, total }, call)) {
      for (const blob of batch) {
        if (blob.kind !== 'content') throw new Error(`${blob.oid} came as ${blob.kind}.`);
        if (hashObject(head.format, 'blob', blob.content) !== blob.oid)
          throw new Error(`${blob.oid} is wrong.`);
        if (this.blobs.has(blob.oid)) throw new Error(`${blob.oid} came twice.`);
        this.blobs.set(blob.oid, blob.content);
      }
    }
    for (const { oid } of wanted) if (!this.blobs.has(oid)) throw new Error(`${oid} did not come.`);
    this.base = head;
    return head;
  }

  #contentsOf(head: Head): { wanted: WantedBlob[]; total: number } {
    const wanted = new Map<ObjectId, WantedBlob>();
    let total = 0;
    const walk = (oid: ObjectId, prefix: string): void => {
      const content = this.trees.get(oid);
      if (content === undefined) throw new Error(`The tree ${oid} did not come.`);
      for (const entry of decodeTree(head.format, content)) {
        const path = `${prefix}${entry.name}` as GitPath;
        if (entry.mode === MODE.tree) walk(entry.oid, `${path}/`);
        else if (entry.mode !== MODE.submodule) {
          total += 1;
          if (this.blobs.has(entry.oid)) continue;
          wanted.set(entry.oid, { oid: entry.oid, path, size: this.sizes.get(entry.oid) ?? null });
        }
      }
    };
    walk(head.treeOid, '');
    return { wanted: [...wanted.values()], total };
  }
}

function entryOf(trees: ReadonlyMap<ObjectId, Uint8Array>, oid: ObjectId): [ObjectId, Uint8Array][] {
  const content = trees.get(oid);
  return content === undefined ? [] : [[oid, content]];
}
