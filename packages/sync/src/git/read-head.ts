import { formatOf, hashObject, type ObjectId } from '../objects/git-object.ts';
import { SyncError } from '../sync-error.ts';
import type { Head } from '../ports/source.ts';
import { COMMIT_GONE } from './git-failure.ts';
import type { ObjectReader } from './object-reader.ts';

/** Reads one commit, verified by its hash. */
export async function readHead(reader: ObjectReader, oid: ObjectId): Promise<Head> {
  let found = false;
  for await (const { type, content } of reader.objects([oid])) {
    found = true;
    if (type !== 'commit' || hashObject(formatOf(oid), 'commit', content) !== oid) break;
    const text = content.toString('utf8');
    const end = text.indexOf('\n\n');
    const headers = end < 0 ? text : text.slice(0, end);
    const treeOid = /^tree ([0-9a-f]+)$/m.exec(headers)?.[1];
    const author = /^author (.*?) *</m.exec(headers)?.[1]?.trim() ?? '';
    const seconds = /^committer .* (\d+) [+-]\d+$/m.exec(headers)?.[1];
    if (treeOid === undefined) break;
    return {
      commitOid: oid,
      treeOid,
      format: formatOf(oid),
      committedAt: dateOf(seconds),
      message: end < 0 ? '' : text.slice(end + 2).trim(),
      author: author === '' ? null : author,
    };
  }
  if (!found) throw new SyncError('OBJECT_MISSING', COMMIT_GONE, { retryable: true, subject: oid });
  throw new SyncError(
    'CONTENT_UNVERIFIED',
    `The commit ${oid} does not match its object ID; nothing of it was stored.`,
    { retryable: true, subject: oid },
  );
}

/** A commit can claim any number of seconds; not all of them fit a date. */
function dateOf(seconds: string | undefined): Date | null {
  const date = seconds === undefined ? null : new Date(Number(seconds) * 1000);
  return date === null || Number.isNaN(date.getTime()) ? null : date;
}
