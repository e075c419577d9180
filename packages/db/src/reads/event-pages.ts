import type { Sql } from '../database/database.ts';
import type { SyncEventRow } from '../syncs/sync-row.ts';
import { manyOfAll } from './batched-lookup.ts';

/** A page of a sync's log. */
export interface EventPage {
  readonly projectId: string;
  readonly syncId: string;
  /** The last event that is known. */
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

/** Pages of the logs of many syncs, in one statement. */
export const eventPages = manyOfAll(
  async (sql: Sql, keys: readonly string[]): Promise<Map<string, SyncEventRow[]>> => {
    const asked = keys.map((key, place) => `{"place":${place},${key.slice(1)}`);
    const found = new Map(keys.map((key) => [key, [] as SyncEventRow[]]));
    for (const row of await sql.query<SyncEventRow & { place: number }>(pages, [`[${asked.join(',')}]`]))
      found.get(keys[row.place] ?? '')?.push(row);
    return found;
  },
);

/** The key that a page goes by among the others of its turn. */
export function eventPageKey({ projectId, syncId, after, first }: EventPage): string {
  return JSON.stringify({ project_id: projectId, sync_id: syncId, after, first });
}
