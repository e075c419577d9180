import { emptyTree, hashObject, type ObjectFormat, type ObjectId } from '../objects/git-object.ts';
import { SyncError } from '../sync-error.ts';
import type { GitTree, Head, KeptCommit, KeptTrees, SourceCall, TreeBatch } from '../ports/source.ts';
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
      const held = await kept.load([
        ...new Set(slice.flatMap(({ oid, baseOid }) => (baseOid === null ? [oid] : [oid, baseOid]))),
      ]);
      const read = new Map<ObjectId, Uint8Array>();
      for await (const tree of reader.objects(
        slice.map(({ oid }) => oid).filter((oid) => !held.has(oid) && oid !== nothing),
      )) {
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
  const twins =
    before === undefined ? null : new Map(foldersIn(format, before).map(({ name, oid }) => [name, oid]));
  return foldersIn(format, content).map(({ name, oid }) => ({ oid, baseOid: twins?.get(name) ?? null }));
}

/** The folders of a tree alone: most lines of most trees are files, of which nothing needs to be made here. */
function foldersIn(format: ObjectFormat, content: Uint8Array): { name: string; oid: ObjectId }[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const width = format === 'sha1' ? 20 : 32;
  const folders: { name: string; oid: ObjectId }[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const end = space < 0 ? -1 : bytes.indexOf(0, space);
    // Its hash is right, yet it is none: somebody wrote it so.
    if (end < 0 || end + 1 + width > bytes.length) {
      throw new SyncError(
        'SOURCE_INVALID_RESPONSE',
        'The repository holds a folder that breaks off. Ask its owner to mend it.',
      );
    }
    // 40000, or 040000 as some old writers had it; the mode of a file has six digits and begins with 1.
    if (bytes[at] !== ONE)
      folders.push({
        name: bytes.toString('latin1', space + 1, end),
        oid: bytes.toString('hex', end + 1, end + 1 + width),
      });
    at = end + 1 + width;
  }
  return folders;
}

const ONE = 0x31;

function unproven(oid: ObjectId): SyncError {
  return new SyncError(
    'CONTENT_UNVERIFIED',
    `A folder does not hash to its id ${oid}; nothing of it was taken.`,
    { retryable: true, subject: oid },
  );
}

function missing(oid: ObjectId): SyncError {
  return new SyncError(
    'OBJECT_MISSING',
    `A folder (${oid}) could not be had from its repository. Try again.`,
    { retryable: true, subject: oid },
  );
}
