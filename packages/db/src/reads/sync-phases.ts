import type { Sql } from '../database/database.ts';
import { batchedInAll } from './batched.ts';

/** The time a sync spent in one phase. */
export interface PhaseTime {
  readonly phase: string;
  readonly startedAt: Date;
  /** From its first event to the first of the next phase, or to the end of the sync. */
  readonly seconds: number;
}

// A worker that took the sync over begins again at an earlier phase: each stay counts for the phase it was in. The first
// event waits for a worker, and the last one has a status that is no longer RUNNING: neither is work.
const times = `
  SELECT a.place, t.phase, min(t.at) AS started_at, sum(extract(epoch FROM t.until - t.at))::float8 AS seconds
    FROM jsonb_to_recordset($1::jsonb) AS a (place int4, project_id uuid, sync_id uuid)
   CROSS JOIN LATERAL (
     SELECT e.phase::text AS phase, e.status, e.at,
            coalesce(lead(e.at) OVER (ORDER BY e.sequence), CASE WHEN e.status = 'RUNNING' THEN now() ELSE e.at END) AS until
       FROM sync_event e WHERE e.project_id = a.project_id AND e.sync_id = a.sync_id) t
   WHERE t.status = 'RUNNING'
   GROUP BY a.place, t.phase
   ORDER BY a.place, started_at`;

/** The phases of syncs with their times, from the logs that are kept with them. */
export const syncPhases = batchedInAll(
  async (
    sql: Sql,
    syncs: readonly { readonly projectId: string; readonly syncId: string }[],
  ): Promise<PhaseTime[][]> => {
    const list = syncs.map(({ projectId, syncId }, place) => ({
      place,
      project_id: projectId,
      sync_id: syncId,
    }));
    const found = syncs.map((): PhaseTime[] => []);
    const rows = await sql.query<{ place: number; phase: string; started_at: Date; seconds: number }>(times, [
      JSON.stringify(list),
    ]);
    for (const { place, phase, started_at: startedAt, seconds } of rows)
      found[place]?.push({ phase, startedAt, seconds });
    return found;
  },
);
