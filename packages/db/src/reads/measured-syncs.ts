import type { Sql } from '../database/database.ts';

/** The time that a sync took, and what it did in it. */
export interface MeasuredSync {
  /** The contents that it fetched. */
  readonly contents: number;
  readonly tokens: number;
  /** From its start to its end, without the phase that embeds. */
  readonly seconds: number;
  readonly embedSeconds: number;
}

/** The sync whose time is to be known before it runs. */
export interface ExpectedSync {
  readonly repositoryId: string;
  readonly provider: 'GITHUB' | 'GIT';
  /** The contents that it is to fetch; at least one. */
  readonly contents: number;
}

interface MeasuredRow extends Record<string, unknown> {
  readonly contents: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly embed_seconds: number;
}

/** Syncs of a tenth to ten times the size: of others the time says nothing. */
const APART = 10;
/** The newest of each project, and the nearest in size of those. */
const NEWEST = 30;
const NEAREST = 5;

// A restore fetches nothing, and what is read from a folder is no measure for what is read through GitHub's limits.
const measured = `
  SELECT m.contents, m.tokens, m.seconds - e.seconds AS seconds, e.seconds AS embed_seconds
    FROM (SELECT s.project_id, s.id, s.queued_at, s.repository_id = $1 AS is_own, s.contents, s.tokens,
                 extract(epoch FROM s.completed_at - s.started_at)::float8 AS seconds
            FROM project p
           CROSS JOIN LATERAL (
             SELECT n.*, coalesce((n.stats->>'blobsFetched')::int4, 0) AS contents,
                    coalesce((n.stats->>'embeddingTokens')::int4, 0) AS tokens
               FROM project_sync n WHERE n.project_id = p.id ORDER BY n.queued_at DESC LIMIT ${NEWEST}) s
            JOIN repository r ON r.project_id = s.project_id AND r.id = s.repository_id
           WHERE r.provider::text = $2 AND s.status = 'COMPLETED' AND s.started_at IS NOT NULL
             AND s.contents BETWEEN greatest(1, $3::float8 / ${APART}) AND $3::float8 * ${APART}
           ORDER BY is_own DESC, abs(ln(s.contents) - ln($3::float8)), s.queued_at DESC LIMIT ${NEAREST}) m
   CROSS JOIN LATERAL (
     SELECT coalesce(sum(extract(epoch FROM t.until - t.at)), 0)::float8 AS seconds
       FROM (SELECT v.phase, v.status, v.at, coalesce(lead(v.at) OVER (ORDER BY v.sequence), v.at) AS until
               FROM sync_event v WHERE v.project_id = m.project_id AND v.sync_id = m.id) t
      WHERE t.status = 'RUNNING' AND t.phase = 'EMBED') e`;

/** The syncs by which the time of another one can be expected: those of its repository first, then those nearest in size. */
export async function measuredSyncs(
  sql: Sql,
  { repositoryId, provider, contents }: ExpectedSync,
): Promise<MeasuredSync[]> {
  const rows = await sql.query<MeasuredRow>(measured, [repositoryId, provider, contents]);
  return rows.map((row) => ({
    contents: row.contents,
    tokens: row.tokens,
    seconds: row.seconds,
    embedSeconds: row.embed_seconds,
  }));
}
