import { emptyTree, hashObject, type ObjectFormat, type ObjectId } from '../objects/git-object.ts';
import { checkDepth } from '../objects/tree-limits.ts';
import { SyncError } from '../sync-error.ts';
import type { GitTree, KeptTrees, SourceCall, TreeBatch, TreesRequest } from '../ports/source.ts';
import type { ObjectReader } from './object-reader.ts';

/** A tree at some path, with the tree that the base has there. */
interface Place {
  readonly oid: ObjectId;
  readonly baseOid: ObjectId | null;
}

const TREES_PER_BATCH = 2000;

/**
 * Yields all trees of a head that are not kept, parents first, each verified. It descends level by level and skips
 * what the base has at the same path. Trees that are kept but not in the base are descended into all the same, because
 * a killed scan may have stored parents without their children.
 */
export async function* readGitTrees(
  reader: ObjectReader,
  { head, kept, base }: TreesRequest,
  call: SourceCall,
): AsyncGenerator<TreeBatch> {
  const seen = new Set<ObjectId>();
  let level: Place[] = [{ oid: head.treeOid, baseOid: base?.treeOid ?? null }];
  for (let depth = 0; level.length > 0; depth += 1) {
    checkDepth(depth);
    const below: Place[] = [];
    const places = level.filter(({ oid, baseOid }) => oid !== baseOid && !seen.has(oid) && seen.add(oid));
    for (let at = 0; at < places.length; at += TREES_PER_BATCH) {
      call.signal.throwIfAborted();
      const slice = places.slice(at, at + TREES_PER_BATCH);
      const stored = await loadStored(kept, slice);
      const read = await readMissing(reader, slice, { stored, format: head.format });
      const trees: GitTree[] = [];
      for (const { oid, baseOid } of slice) {
        const content = stored.get(oid) ?? read.get(oid);
        if (content === undefined) throw missing(oid);
        if (!stored.has(oid)) trees.push({ oid, content });
        const before = baseOid === null ? undefined : stored.get(baseOid);
        appendFolders(below, head.format, { content, before });
      }
      if (trees.length > 0) yield { trees, sizes: new Map() };
    }
    level = below;
  }
}

function loadStored(kept: KeptTrees, places: readonly Place[]): Promise<ReadonlyMap<ObjectId, Uint8Array>> {
  const oids = places.flatMap(({ oid, baseOid }) => (baseOid === null ? [oid] : [oid, baseOid]));
  return kept.load([...new Set(oids)]);
}

async function readMissing(
  reader: ObjectReader,
  places: readonly Place[],
  { stored, format }: { stored: ReadonlyMap<ObjectId, Uint8Array>; format: ObjectFormat },
): Promise<Map<ObjectId, Uint8Array>> {
  // Git does not store the empty tree.
  const empty = emptyTree(format);
  const read = new Map<ObjectId, Uint8Array>([[empty, new Uint8Array()]]);
  const wanted: ObjectId[] = [];
  for (const { oid } of places) {
    if (!stored.has(oid) && oid !== empty) wanted.push(oid);
  }
  for await (const tree of reader.objects(wanted)) {
    if (hashObject(format, 'tree', tree.content) !== tree.oid) throw unproven(tree.oid);
    read.set(tree.oid, tree.content);
  }
  return read;
}

/** Appends the folders inside a tree. A spread into `push` would fail on a folder with some 125,000 others in it. */
function appendFolders(
  below: Place[],
  format: ObjectFormat,
  { content, before }: { content: Uint8Array; before: Uint8Array | undefined },
): void {
  const twins =
    before === undefined ? null : new Map(foldersIn(format, before).map(({ name, oid }) => [name, oid]));
  for (const { name, oid } of foldersIn(format, content))
    below.push({ oid, baseOid: twins?.get(name) ?? null });
}

/** Parses the folders of a tree only: most lines are files, for which no object needs to be created. */
function foldersIn(format: ObjectFormat, content: Uint8Array): { name: string; oid: ObjectId }[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const width = format === 'sha1' ? 20 : 32;
  const folders: { name: string; oid: ObjectId }[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const end = space < 0 ? -1 : bytes.indexOf(0, space);
    // Its hash is right, so it was written this way: a retry cannot help.
    if (end < 0 || end + 1 + width > bytes.length) {
      throw new SyncError(
        'SOURCE_INVALID_RESPONSE',
        'The repository contains a truncated folder. Ask its owner to repair it.',
      );
    }
    // 40000, or 040000 from some old writers; the mode of a file has six digits and begins with 1.
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
    `A folder does not match its object ID ${oid}; it was not stored.`,
    { retryable: true, subject: oid },
  );
}

function missing(oid: ObjectId): SyncError {
  return new SyncError(
    'OBJECT_MISSING',
    `A folder (${oid}) could not be read from its repository. Try again.`,
    { retryable: true, subject: oid },
  );
}
