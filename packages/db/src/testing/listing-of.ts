import { MODE, pathToBytes } from '@project-sync/sync';
import type { Database } from '../database/database.ts';
import type { SnapshotKey } from '../reads/snapshot-file.ts';
import { snapshotFiles } from '../reads/snapshot-files.ts';

/** Reads a snapshot, a page at a time, in the form that `git ls-tree -r -z` prints. */
export async function listingOf(database: Database, key: SnapshotKey, pageSize = 100_000): Promise<Buffer> {
  const lines: Buffer[] = [];
  for (let after: string | null = null; ;) {
    const page = await snapshotFiles(database.system, key, { prefix: null, first: pageSize, after });
    for (const { mode, oid, path } of page) {
      const kind = mode === MODE.submodule ? 'commit' : 'blob';
      lines.push(
        Buffer.from(`${mode.toString(8).padStart(6, '0')} ${kind} ${oid}\t`),
        pathToBytes(path),
        Buffer.from([0]),
      );
    }
    if (page.length < pageSize) return Buffer.concat(lines);
    after = page.at(-1)?.shownPath ?? null;
  }
}
