import { SyncError, type ClaimedSync, type ProgressNote } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { LEASE_SECONDS, SYNC_CHANNEL } from '../syncs/sync-row.ts';
import * as text from './sync-store-sql.ts';

/** Raises the lease, tells the note, and throws when the sync is not this worker's any more. */
export async function proveClaim(
  sql: Sql,
  sync: Pick<ClaimedSync, 'projectId' | 'id'>,
  fence: number,
  note: ProgressNote | null,
): Promise<void> {
  const key = [sync.projectId, sync.id, fence, LEASE_SECONDS];
  const held =
    note === null
      ? await sql.execute(text.renewLease, key)
      : await sql.execute(text.tell, [
          ...key,
          note.phase,
          note.progress,
          note.message,
          JSON.stringify(note.stats),
          JSON.stringify(note.detail),
          SYNC_CHANNEL,
        ]);
  if (held === 0) throw new SyncError('LEASE_LOST', 'Another worker has taken this sync.');
}

/** Undoes the marks of a number that was never finalized. */
export async function sweepMarks(
  sql: Sql,
  projectId: string,
  branchId: string,
  number: number,
): Promise<void> {
  await sql.execute(text.sweepAdded, [projectId, branchId, number]);
  await sql.execute(text.sweepSuperseded, [projectId, branchId, number]);
}
