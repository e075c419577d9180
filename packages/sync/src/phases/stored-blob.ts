import { showPath, type GitPath } from '../objects/git-path.ts';
import type { BlobContent } from '../ports/source.ts';
import type { KeptBlob } from '../ports/sync-store.ts';
import type { SyncRun } from '../sync-run.ts';

/** Decides how much of a content is stored. A file without stored content stays in the listing, with the reason. */
export function toStoredBlob(
  run: SyncRun,
  content: Exclude<BlobContent, { kind: 'missing' }>,
  path: GitPath | undefined,
): KeptBlob {
  const { maxTextBytes, maxBinaryBytes } = run.options.limits;
  const { oid } = content;
  const empty = { oid, encoding: null, content: null };
  if (content.kind === 'too-large') {
    warnOfSize(run, content.size, path);
    return { ...empty, size: content.size, isBinary: false, skipReason: 'TOO_LARGE' };
  }
  const bytes = content.content;
  const size = bytes.length;
  const decoded = run.options.reader.decode(bytes);
  if (decoded.kind === 'binary') {
    if (size <= maxBinaryBytes)
      return { oid, size, isBinary: true, encoding: null, content: bytes, skipReason: null };
    run.stats.filesSkipped += 1;
    return { ...empty, size, isBinary: true, skipReason: 'BINARY' };
  }
  if (size > maxTextBytes) {
    warnOfSize(run, size, path);
    return { ...empty, size, isBinary: false, skipReason: 'TOO_LARGE' };
  }
  return { oid, size, isBinary: false, encoding: decoded.encoding, content: bytes, skipReason: null };
}

function warnOfSize(run: SyncRun, size: number, path: GitPath | undefined): void {
  run.stats.filesSkipped += 1;
  run.warn({
    code: 'FILE_TOO_LARGE',
    message: `It has ${size} bytes, over the limit; it is listed without its content.`,
    path: path === undefined ? null : showPath(path),
  });
}
