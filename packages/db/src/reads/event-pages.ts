import type { Sql } from '../database/database.ts';
import type { SyncEventRow } from '../syncs/sync-row.ts';
import { batchedInAll } from './batched.ts';

/** A page of a sync's log. */
export interface EventPage {
  readonly projectId: string;
  readonly syncId: string;
  /** Only events with a higher number. */
  readonly after: number;
  readonly first: number;
}

const pages = `
  SELECT e.* FROM jsonb_to_recordset($1::jsonb) AS a (place int4, project_id uuid, sync_id uuid, after int4, first int4)
   CROSS JOIN LATERAL (
     SELECT a.place, s.project_id, s.sync_id, s.sequence, s.at, s.status, s.phase, s.progress, s.message, s.stats, s.detail
       FROM sync_event s
      WHERE s.project_id = a.project_id AND s.sync_id = a.sync_id AND s.sequence > a.after
      ORDER BY s.sequence LIMIT a.first) e
   ORDER BY e.place, e.sequence`;

/** A page of a sync's log, oldest event first. The pages of many syncs share a statement. */
export const eventPages = batchedInAll(
  async (sql: Sql, wanted: readonly EventPage[]): Promise<SyncEventRow[][]> => {
    const list = wanted.map(({ projectId, syncId, after, first }, place) => ({
      place,
      project_id: projectId,
      sync_id: syncId,
      after,
      first,
    }));
    const found = wanted.map((): SyncEventRow[] => []);
    for (const row of await sql.query<SyncEventRow & { place: number }>(pages, [JSON.stringify(list)]))
      found[row.place]?.push(row);
    return found;
  },
);
