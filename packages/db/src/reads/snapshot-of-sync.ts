import type { Sql } from '../database/database.ts';
import { batchedInAll } from './batched.ts';

/** The place of a sync among the snapshots of its branch; the number is null if it left none. */
export interface SyncPlace {
  readonly repositoryId: string;
  readonly branchId: string;
  readonly number: number | null;
  readonly commitOid: string | null;
}

interface PlaceRow extends Record<string, unknown> {
  readonly place: number;
  readonly repository_id: string;
  readonly branch_id: string;
  readonly number: number | null;
  readonly commit_oid: string | null;
}

const places = `
  SELECT a.place, s.repository_id, s.branch_id, s.number, s.commit_oid
    FROM jsonb_to_recordset($1::jsonb) AS a (place int4, project_id uuid, sync_id uuid)
    JOIN project_sync s ON s.project_id = a.project_id AND s.id = a.sync_id
    JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id AND b.removed_at IS NULL`;

/** Finds the snapshot a sync left; null for an unknown sync and for one of a removed branch. */
export const snapshotOfSync = batchedInAll(
  async (
    sql: Sql,
    syncs: readonly { readonly projectId: string; readonly syncId: string }[],
  ): Promise<(SyncPlace | null)[]> => {
    const list = syncs.map(({ projectId, syncId }, place) => ({
      place,
      project_id: projectId,
      sync_id: syncId,
    }));
    const rows = await sql.query<PlaceRow>(places, [JSON.stringify(list)]);
    const found = syncs.map((): SyncPlace | null => null);
    for (const row of rows)
      found[row.place] = {
        repositoryId: row.repository_id,
        branchId: row.branch_id,
        number: row.number,
        commitOid: row.commit_oid,
      };
    return found;
  },
);
