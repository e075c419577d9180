import { hashObject, type ObjectFormat, type ObjectId } from '../objects/git-object.ts';
import { showPath, type GitPath } from '../objects/git-path.ts';
import { SyncError } from '../sync-error.ts';
import type { BlobContent, SourceCall } from '../ports/source.ts';
import type { ObjectInfo, ObjectReader } from './object-reader.ts';

const BATCH_BYTES = 4 * 1024 * 1024;
const SLICE = 1000;

/** What is still to be read: contents by id, with the path that names them in an error. */
export interface WantedContents {
  readonly format: ObjectFormat;
  readonly paths: ReadonlyMap<ObjectId, GitPath>;
  /** Types and sizes as the mirror tells them. */
  readonly infos: ReadonlyMap<ObjectId, ObjectInfo>;
  readonly maxBytes: number;
}

/** Reads contents out of the mirror, each re-hashed, in batches of a few megabytes. */
export async function* readBlobs(
  reader: ObjectReader,
  wanted: WantedContents,
  call: SourceCall,
): AsyncGenerator<BlobContent[]> {
  let batch: BlobContent[] = [];
  let bytes = 0;
  const oids = [...wanted.paths.keys()];
  for (let at = 0; at < oids.length; at += SLICE) {
    call.signal.throwIfAborted();
    const fitting: ObjectId[] = [];
    for (const oid of oids.slice(at, at + SLICE)) {
      const info = wanted.infos.get(oid);
      if (info === undefined || info.type !== 'blob') throw failure(wanted, oid, 'OBJECT_MISSING');
      if (info.size > wanted.maxBytes) batch.push({ oid, kind: 'too-large', size: info.size });
      else fitting.push(oid);
    }
    let got = 0;
    for await (const { oid, content } of reader.objects(fitting)) {
      if (hashObject(wanted.format, 'blob', content) !== oid)
        throw failure(wanted, oid, 'CONTENT_UNVERIFIED');
      got += 1;
      bytes += content.length;
      batch.push({ oid, kind: 'content', content });
      if (bytes < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
    if (got < fitting.length) throw failure(wanted, fitting[got] ?? '', 'OBJECT_MISSING');
    if (batch.length >= SLICE) {
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

function failure(
  { paths }: WantedContents,
  oid: ObjectId,
  code: 'OBJECT_MISSING' | 'CONTENT_UNVERIFIED',
): SyncError {
  const path = paths.get(oid);
  const message =
    code === 'OBJECT_MISSING'
      ? 'A file could not be had from its repository. Try again.'
      : 'A file does not hash to its id; nothing of it was taken. Try again.';
  return new SyncError(code, message, {
    retryable: true,
    subject: path === undefined ? oid : showPath(path),
  });
}
