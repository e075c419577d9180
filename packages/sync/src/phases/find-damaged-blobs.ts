import { hashObject, type ObjectFormat, type ObjectId } from '../objects/git-object.ts';
import { parsePath, showPath, type GitPath } from '../objects/git-path.ts';
import type { SyncRun } from '../sync-run.ts';

const BLOBS_PER_LOAD = 60;

/** Finds stored contents whose bytes do not hash to their ID, for a full comparison. */
export async function findDamagedBlobs(
  run: SyncRun,
  format: ObjectFormat,
  filesOf: ReadonlyMap<ObjectId, readonly { readonly path: GitPath }[]>,
): Promise<ObjectId[]> {
  const found: ObjectId[] = [];
  const oids = [...filesOf.keys()];
  for (let at = 0; at < oids.length; at += BLOBS_PER_LOAD) {
    run.signal.throwIfAborted();
    for (const [oid, { content, size }] of await run.store.loadBlobs(oids.slice(at, at + BLOBS_PER_LOAD))) {
      if (content === null) continue;
      if (content.length === size && hashObject(format, 'blob', content) === oid) continue;
      found.push(oid);
      run.warn({
        code: 'CONTENT_REPAIRED',
        message: 'The stored content did not match its object ID; it was fetched again.',
        path: showPath(filesOf.get(oid)?.[0]?.path ?? parsePath('')),
      });
    }
  }
  return found;
}
