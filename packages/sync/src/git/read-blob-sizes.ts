import type { ObjectId } from '../objects/git-object.ts';
import type { SourceCall } from '../ports/source.ts';
import type { ObjectReader } from './object-reader.ts';

/** The answers of Git for a whole repository at once would take more memory than the sizes alone. */
const BLOBS_PER_SLICE = 5000;

/** The sizes of the blobs that are here. A partial clone lacks some, and has no size of them. */
export async function readBlobSizes(
  reader: ObjectReader,
  oids: readonly ObjectId[],
  { signal }: SourceCall,
): Promise<Map<ObjectId, number>> {
  const sizes = new Map<ObjectId, number>();
  for (let at = 0; at < oids.length; at += BLOBS_PER_SLICE) {
    signal.throwIfAborted();
    for (const { oid, type, size } of (await reader.infos(oids.slice(at, at + BLOBS_PER_SLICE))).values())
      if (type === 'blob') sizes.set(oid, size);
  }
  return sizes;
}
