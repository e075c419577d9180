import type { Database, Sql } from '../database/database.ts';
import { hasEndedSql } from './status-sql.ts';

/** Syncs per transaction. */
const BATCH = 500;
/** Of several processes, one tidies. */
const TIDY_LOCK = 727_072;

/** A sync that is old enough, and whether it is folded: nothing that can still be read would be missed. */
interface Settled extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly finalized: boolean;
  readonly folded: boolean;
}

// The newest two of a branch stay as they are: the next sync starts from them, and people look at them.
const settled = `
  SELECT s.project_id, s.id, s.number IS NOT NULL AS finalized,
         NOT EXISTS (SELECT FROM branch b WHERE b.project_id = s.project_id AND b.pinned_sync_id = s.id)
         AND CASE WHEN s.number IS NULL THEN true ELSE
           s.trigger <> 'RESTORE' AND s.warnings = '[]' AND s.embedded_at IS NOT NULL
           AND EXISTS (SELECT FROM project_sync p WHERE p.project_id = s.project_id AND p.id = s.previous_sync_id
                          AND p.commit_oid = s.commit_oid AND p.tree_oid = s.tree_oid)
           AND NOT EXISTS (SELECT FROM project_sync r WHERE r.project_id = s.project_id AND r.restored_from_id = s.id)
           AND NOT EXISTS (SELECT FROM repository_file f WHERE f.project_id = s.project_id AND f.branch_id = s.branch_id
                              AND f.added = s.number)
           AND NOT EXISTS (SELECT FROM document d WHERE d.project_id = s.project_id AND d.branch_id = s.branch_id
                              AND d.kind <> 'WRITTEN' AND (d.added = s.number OR d.superseded = s.number))
           AND NOT EXISTS (SELECT FROM pattern p WHERE p.project_id = s.project_id AND p.branch_id = s.branch_id
                              AND (p.added = s.number OR p.superseded = s.number))
           AND NOT EXISTS (SELECT FROM workflow_insight i WHERE i.project_id = s.project_id AND i.sync_id = s.id)
         END AS folded
    FROM project_sync s
   WHERE s.tidied_at IS NULL AND s.completed_at < now() - make_interval(days => $1) AND ${hasEndedSql('s.status')}
     AND (SELECT count(*) FROM (
           SELECT FROM project_sync n
            WHERE n.project_id = s.project_id AND n.branch_id = s.branch_id AND n.completed_at IS NOT NULL
              AND (n.number > s.number OR (s.number IS NULL AND n.queued_at > s.queued_at)) LIMIT 2) newer) = 2
   ORDER BY s.completed_at LIMIT ${BATCH}`;

const named = 'unnest($1::uuid[], $2::uuid[]) f(project_id, id)';

// Each kept sync that follows a folded one gets the nearest kept one before it.
const successors = `
  WITH folded AS (SELECT * FROM ${named})
  SELECT s.project_id, s.id,
         (SELECT p.id FROM project_sync p
           WHERE p.project_id = s.project_id AND p.branch_id = s.branch_id AND p.number < s.number
             AND NOT EXISTS (SELECT FROM folded f WHERE f.project_id = p.project_id AND f.id = p.id)
           ORDER BY p.number DESC LIMIT 1) AS previous
    FROM project_sync s JOIN folded f ON f.project_id = s.project_id AND f.id = s.previous_sync_id
   WHERE NOT EXISTS (SELECT FROM folded g WHERE g.project_id = s.project_id AND g.id = s.id)`;

const unlink = `
  UPDATE project_sync s SET previous_sync_id = NULL FROM ${named}
   WHERE s.project_id = f.project_id AND s.id = f.id AND s.previous_sync_id IS NOT NULL`;
const fold = `DELETE FROM project_sync s USING ${named} WHERE s.project_id = f.project_id AND s.id = f.id`;
const relink = `
  UPDATE project_sync s SET previous_sync_id = n.previous
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) n(project_id, id, previous)
   WHERE s.project_id = n.project_id AND s.id = n.id`;

// What is left shows when each phase began and ended, and in which state: the times of the phases stay what they were.
const thin = `
  DELETE FROM sync_event e USING (
    SELECT v.project_id, v.sync_id, v.sequence,
           (v.phase, v.status) = (lag(v.phase) OVER w, lag(v.status) OVER w)
             AND (v.phase, v.status) = (lead(v.phase) OVER w, lead(v.status) OVER w) AS between
      FROM ${named} JOIN sync_event v ON v.project_id = f.project_id AND v.sync_id = f.id
    WINDOW w AS (PARTITION BY v.project_id, v.sync_id ORDER BY v.sequence)) t
   WHERE t.between AND e.project_id = t.project_id AND e.sync_id = t.sync_id AND e.sequence = t.sequence`;
const mark = `
  UPDATE project_sync s SET tidied_at = now() FROM ${named} WHERE s.project_id = f.project_id AND s.id = f.id`;

/** The rows that a run removed. */
export interface Tidied {
  readonly syncs: number;
  readonly events: number;
}

/**
 * Folds syncs that ended more than `days` ago and found nothing new, or ended before they were finalized, and thins the
 * logs of the others to the bounds of their phases. The newest two syncs of a branch stay, and so does every snapshot:
 * that of a folded sync is the one before it.
 */
export async function tidySyncs(database: Database, days: number): Promise<Tidied> {
  const total = { syncs: 0, events: 0 };
  for (let found = BATCH; found === BATCH;) {
    found = await database.transaction(async (sql) => {
      const [row] = await sql.query<{ locked: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS locked', [
        TIDY_LOCK,
      ]);
      if (row?.locked !== true) return 0;
      const rows = await sql.query<Settled>(settled, [days]);
      total.syncs += await foldSyncs(
        sql,
        rows.filter(({ folded }) => folded),
      );
      total.events += await thinLogs(
        sql,
        rows.filter(({ folded }) => !folded),
      );
      return rows.length;
    });
  }
  return total;
}

async function foldSyncs(sql: Sql, folded: readonly Settled[]): Promise<number> {
  if (folded.length === 0) return 0;
  const keys = keysOf(folded);
  const projects = [...new Set(folded.filter(({ finalized }) => finalized).map((sync) => sync.project_id))];
  // The guard protects finalized syncs; it records the release.
  if (projects.length > 0)
    await sql.query('SELECT count(project_sync_guard.release(p, $2)) FROM unnest($1::text[]) p', [
      projects,
      'syncs that found nothing new are folded',
    ]);
  const following = await sql.query<{ project_id: string; id: string; previous: string | null }>(
    successors,
    keys,
  );
  const [projectIds, ids] = keysOf([...folded, ...following]);
  await sql.execute(unlink, [projectIds, ids]);
  const count = await sql.execute(fold, keys);
  if (following.length > 0)
    await sql.execute(relink, [...keysOf(following), following.map(({ previous }) => previous)]);
  return count;
}

async function thinLogs(sql: Sql, kept: readonly Settled[]): Promise<number> {
  if (kept.length === 0) return 0;
  const events = await sql.execute(thin, keysOf(kept));
  await sql.execute(mark, keysOf(kept));
  return events;
}

function keysOf(
  syncs: readonly { readonly project_id: string; readonly id: string }[],
): [string[], string[]] {
  return [syncs.map((sync) => sync.project_id), syncs.map(({ id }) => id)];
}
