import { hashObject, type ObjectFormat, type ObjectId } from '../objects/git-object.ts';
import { showPath, type GitPath } from '../objects/git-path.ts';
import { SyncError } from '../sync-error.ts';
import type { BlobContent, SourceCall } from '../ports/source.ts';
import type { ObjectInfo, ObjectReader } from './object-reader.ts';

const BATCH_BYTES = 4 * 1024 * 1024;
const BLOBS_PER_SLICE = 1000;

/** The blobs to read: by ID, with the path that names each in an error. */
export interface WantedGitBlobs {
  readonly format: ObjectFormat;
  readonly paths: ReadonlyMap<ObjectId, GitPath>;
  /** Types and sizes, as Git reports them. */
  readonly infos: ReadonlyMap<ObjectId, ObjectInfo>;
  readonly maxBytes: number;
  /** Reports an absent blob as `missing` instead of failing: it will never come. */
  readonly mayLackBlobs: boolean;
}

/** Reads blobs from Git's object store, verifies each, and yields them in batches of a few megabytes. */
export async function* readGitBlobs(
  reader: ObjectReader,
  wanted: WantedGitBlobs,
  call: SourceCall,
): AsyncGenerator<BlobContent[]> {
  let batch: BlobContent[] = [];
  let bytes = 0;
  const oids = [...wanted.paths.keys()];
  for (let at = 0; at < oids.length; at += BLOBS_PER_SLICE) {
    call.signal.throwIfAborted();
    const { readable, others } = sortOut(oids.slice(at, at + BLOBS_PER_SLICE), wanted);
    for (const blob of others) batch.push(blob);
    let count = 0;
    for await (const { oid, content } of reader.objects(readable)) {
      if (hashObject(wanted.format, 'blob', content) !== oid)
        throw failure(wanted, oid, 'CONTENT_UNVERIFIED');
      count += 1;
      bytes += content.length;
      batch.push({ oid, kind: 'content', content });
      if (bytes < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
    if (count < readable.length) throw failure(wanted, readable[count] ?? '', 'OBJECT_MISSING');
    if (batch.length >= BLOBS_PER_SLICE) {
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

/** Separates the blobs to read from those that are too large or absent. */
function sortOut(
  oids: readonly ObjectId[],
  wanted: WantedGitBlobs,
): { readable: ObjectId[]; others: BlobContent[] } {
  const readable: ObjectId[] = [];
  const others: BlobContent[] = [];
  for (const oid of oids) {
    const info = wanted.infos.get(oid);
    if (info === undefined && wanted.mayLackBlobs) others.push({ oid, kind: 'missing' });
    else if (info === undefined || info.type !== 'blob') throw failure(wanted, oid, 'OBJECT_MISSING');
    else if (info.size > wanted.maxBytes) others.push({ oid, kind: 'too-large', size: info.size });
    else readable.push(oid);
  }
  return { readable, others };
}

function failure(
  { paths }: WantedGitBlobs,
  oid: ObjectId,
  code: 'OBJECT_MISSING' | 'CONTENT_UNVERIFIED',
): SyncError {
  const path = paths.get(oid);
  const message =
    code === 'OBJECT_MISSING'
      ? 'A file could not be read from its repository. Try again.'
      : 'A file does not match its object ID; it was not stored. Try again.';
  return new SyncError(code, message, {
    retryable: true,
    subject: path === undefined ? oid : showPath(path),
  });
}
