import type { Sql } from '../database/database.ts';
import { afterSql } from '../syncs/status-sql.ts';

/** The channel that announces new deliveries and mails. It carries nothing: the rows say what is due. */
export const DELIVERY_CHANNEL = 'project_sync_webhooks';
/** Patterns that one delivery lists; it counts them all. */
const MOST_PATTERNS = 20;

/** The facts on a project, a repository and a branch that every body repeats. */
const place = `jsonb_build_object(
         'project', jsonb_build_object('id', p.id, 'slug', p.slug, 'name', p.name),
         'repository', jsonb_build_object('id', r.id, 'name', r.name, 'url', r.url),
         'branch', b.name)`;
const places = `
    JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id
    JOIN repository r ON r.project_id = s.project_id AND r.id = s.repository_id AND r.removed_at IS NULL
    JOIN project p ON p.id = s.project_id AND p.removed_at IS NULL`;
/** The mails of one member and project in an hour: a hundred branches that fail make fewer. */
const MOST_MAILS = 50;

const queued = (happened: string) => `
  queued AS (
    INSERT INTO outgoing_delivery (project_id, id, webhook_id, event, data)
    SELECT w.project_id, gen_random_uuid(), w.id, h.event, h.data
      FROM ${happened} h
      JOIN webhook w ON w.project_id = h.project_id AND w.off_at IS NULL AND h.event = ANY (w.events)
    RETURNING id
  ), mailed AS (
    INSERT INTO mail_delivery (project_id, id, user_id, event, data)
    SELECT m.project_id, gen_random_uuid(), m.user_id, h.event, h.data
      FROM ${happened} h
      JOIN project_member m ON m.project_id = h.project_id
       AND CASE m.mail_notices WHEN 'ALL' THEN h.event <> 'PATTERN_APPEARED' WHEN 'FAILURES' THEN h.event = 'SYNC_FAILED' ELSE false END
     WHERE NOT h.is_repeated
       AND (SELECT count(*) FROM mail_delivery d
             WHERE d.project_id = m.project_id AND d.user_id = m.user_id AND d.created_at > now() - interval '1 hour') < ${MOST_MAILS}
    RETURNING id
  )
  SELECT pg_notify('${DELIVERY_CHANNEL}', '') FROM (SELECT id FROM queued UNION ALL SELECT id FROM mailed) one LIMIT 1`;

/** Whether a scheduled sync failed as the one before it did: a source that is away is news once, not at each look. */
const isRepeated = `(s.trigger = 'SCHEDULE' AND s.failure_code = (
      SELECT o.failure_code FROM project_sync o
       WHERE o.project_id = s.project_id AND o.branch_id = s.branch_id AND o.id <> s.id AND o.completed_at IS NOT NULL
       ORDER BY o.queued_at DESC LIMIT 1)) IS TRUE`;

// A scheduled sync that found nothing new is no news. The first snapshot of a repository brings all of its patterns, and
// says nothing of what is new in it.
const ofSync = `
  WITH ended AS (
    SELECT s.*, ${place} || jsonb_build_object('sync', jsonb_build_object(
             'id', s.id, 'number', s.number, 'ordinal', s.ordinal, 'trigger', s.trigger, 'status', s.status, 'commitOid', s.commit_oid,
             'queuedAt', s.queued_at, 'startedAt', s.started_at, 'completedAt', s.completed_at, 'stats', s.stats,
             'warnings', (SELECT coalesce(jsonb_agg(DISTINCT w ->> 'code'), '[]') FROM jsonb_array_elements(s.warnings) w),
             'failure', CASE WHEN s.failure_code IS NOT NULL THEN jsonb_build_object(
               'code', s.failure_code, 'message', s.failure_message, 'retryable', s.failure_retryable) END)) AS data
      FROM project_sync s ${places}
     WHERE s.project_id = $1 AND s.id = $2
       AND (EXISTS (SELECT FROM webhook w WHERE w.project_id = $1 AND w.off_at IS NULL)
         OR EXISTS (SELECT FROM project_member m WHERE m.project_id = $1 AND m.mail_notices <> 'NONE'))
  ), found AS (
    SELECT count(*) AS total, jsonb_agg(to_jsonb(t) - 'place' ORDER BY t.place) FILTER (WHERE t.place <= ${MOST_PATTERNS}) AS listed
      FROM (SELECT n.id, n.kind, n.severity, n.detector, n.title,
                   row_number() OVER (ORDER BY n.severity DESC NULLS LAST, n.detector, n.subject) AS place
              FROM ended s JOIN pattern n ON n.project_id = s.project_id AND n.branch_id = s.branch_id AND n.added = s.number
               AND n.first_seen = s.number AND n.appeared
              LEFT JOIN pattern_judgement j ON j.project_id = n.project_id AND j.hash = n.hash
             WHERE coalesce(j.state, 'OPEN') <> 'DISMISSED'
               AND EXISTS (SELECT FROM project_sync o WHERE o.project_id = s.project_id AND o.repository_id = s.repository_id
                              AND o.finalized_at < s.finalized_at)) t
  ), happened AS (
    SELECT project_id, 'SYNC_COMPLETED'::webhook_event AS event, data, false AS is_repeated FROM ended
     WHERE status = ${afterSql('complete')}
       AND (trigger <> 'SCHEDULE' OR (stats ->> 'filesAdded')::int4 + (stats ->> 'filesModified')::int4 + (stats ->> 'filesRemoved')::int4 > 0)
    UNION ALL
    SELECT project_id, 'SYNC_FAILED', data, ${isRepeated} FROM ended s WHERE status = ${afterSql('fail')}
    UNION ALL
    SELECT e.project_id, 'PATTERN_APPEARED', e.data || jsonb_build_object('patterns', jsonb_build_object('count', f.total, 'first', f.listed)), false
      FROM ended e, found f WHERE f.total > 0
  ), ${queued('happened')}`;

/** Writes the deliveries that the end of a sync asks for, in the transaction that ends it. */
export async function queueSyncDeliveries(
  sql: Sql,
  { projectId, id }: { readonly projectId: string; readonly id: string },
): Promise<void> {
  await sql.query(ofSync, [projectId, id]);
}

// A branch is behind from the first news of a commit that is not stored. Later news of the same commit are none.
const ofHeads = `
  WITH news AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS t (project_id, repository_id, name, oid)
  ), moved AS (
    UPDATE branch b SET source_head_oid = t.oid, source_checked_at = now()
      FROM news t, project_sync s
     WHERE b.project_id = t.project_id AND b.repository_id = t.repository_id AND b.name = t.name AND b.removed_at IS NULL
       AND b.source_head_oid IS DISTINCT FROM t.oid
       AND s.project_id = b.project_id AND s.branch_id = b.id AND s.number = b.head AND s.commit_oid <> t.oid
    RETURNING b.project_id, b.repository_id, b.id AS branch_id, t.oid, s.commit_oid
  ), happened AS (
    SELECT s.project_id, 'BRANCH_BEHIND'::webhook_event AS event,
           ${place} || jsonb_build_object('head', jsonb_build_object('commitOid', s.oid, 'storedCommitOid', s.commit_oid)) AS data, false AS is_repeated
      FROM moved s ${places}
  ), ${queued('happened')}`;

/** The commit to which a branch points at its source. */
export interface NoticedHead {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly branch: string;
  readonly commitOid: string;
}

/** Stores what a push or a look at the source says of branches, with the deliveries for those that are behind by it. */
export async function noticeHeads(sql: Sql, heads: readonly NoticedHead[]): Promise<void> {
  if (heads.length === 0) return;
  await sql.query(ofHeads, [
    heads.map(({ projectId }) => projectId),
    heads.map(({ repositoryId }) => repositoryId),
    heads.map(({ branch }) => branch),
    heads.map(({ commitOid }) => commitOid),
  ]);
}
