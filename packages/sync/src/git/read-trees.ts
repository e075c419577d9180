import { decodeTree, emptyTree, hashObject, MODE, type ObjectId } from '../git-object.ts';
import type { GitPath } from '../git-path.ts';
import { SyncError } from '../sync-error.ts';
import type { GitTree, Head, KeptCommit, KeptTrees, SourceCall, TreeBatch } from '../source.ts';
import type { ObjectReader } from './object-reader.ts';

/** A tree at some place, with the tree that the base has there. */
interface Place {
  readonly oid: ObjectId;
  readonly baseOid: ObjectId | null;
}

const BATCH = 2000;

/**
 * All trees of a head that are not kept, parents first, each proven by its hash. It goes down level by level and
 * never into what the base has at the same place. What is kept but not in the base is gone through all the same: a
 * scan that was killed kept parents without their children.
 */
export async function* readTrees(
  reader: ObjectReader,
  { head, kept, base }: { head: Head; kept: KeptTrees; base: KeptCommit | null },
  call: SourceCall,
): AsyncGenerator<TreeBatch> {
  const nothing = emptyTree(head.format);
  const seen = new Set<ObjectId>();
  let level: Place[] = [{ oid: head.treeOid, baseOid: base?.treeOid ?? null }];
  while (level.length > 0) {
    const below: Place[] = [];
    const places = level.filter(({ oid, baseOid }) => oid !== baseOid && !seen.has(oid) && seen.add(oid));
    for (let at = 0; at < places.length; at += BATCH) {
      call.signal.throwIfAborted();
      const slice = places.slice(at, at + BATCH);
      const held = await kept.load([...new Set(slice.flatMap(({ oid, baseOid }) => (baseOid === null ? [oid] : [oid, baseOid])))]);
      const read = new Map<ObjectId, Uint8Array>();
      for await (const tree of reader.objects(slice.map(({ oid }) => oid).filter((oid) => !held.has(oid) && oid !== nothing))) {
        if (hashObject(head.format, 'tree', tree.content) !== tree.oid) throw unproven(tree.oid);
        read.set(tree.oid, tree.content);
      }
      const trees: GitTree[] = [];
      for (const { oid, baseOid } of slice) {
        const content = held.get(oid) ?? read.get(oid) ?? (oid === nothing ? new Uint8Array() : undefined);
        if (content === undefined) throw missing(oid);
        if (!held.has(oid)) trees.push({ oid, content });
        const before = baseOid === null ? undefined : held.get(baseOid);
        below.push(...foldersOf(head, content, before));
      }
      if (trees.length > 0) yield { trees, sizes: new Map() };
    }
    level = below;
  }
}

function foldersOf({ format }: Head, content: Uint8Array, before: Uint8Array | undefined): Place[] {
  const twins = new Map<GitPath, ObjectId>();
  if (before !== undefined) for (const { name, mode, oid } of decodeTree(format, before)) if (mode === MODE.tree) twins.set(name, oid);
  return decodeTree(format, content)
    .filter(({ mode }) => mode === MODE.tree)
    .map(({ name, oid }) => ({ oid, baseOid: twins.get(name) ?? null }));
}

function unproven(oid: ObjectId): SyncError {
  return new SyncError('CONTENT_UNVERIFIED', `A folder does not hash to its id ${oid}; nothing of it was taken.`, { retryable: true, subject: oid });
}

function missing(oid: ObjectId): SyncError {
  return new SyncError('OBJECT_MISSING', `A folder (${oid}) could not be had from its repository. Try again.`, { retryable: true, subject: oid });
}
