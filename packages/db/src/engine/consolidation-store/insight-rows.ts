import type { Consolidation, ConsolidatedInsight } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';

/** The insights in force that a statement of the change belonged to. */
const touchedInsights = `
  SELECT i.id, i.key, i.title, i.detail, i.category, i.written_at,
         array_agg(m.key) AS members
    FROM workflow_insight i
    JOIN insight_member m ON m.project_id = i.project_id AND m.insight_id = i.id AND m.superseded_at IS NULL
   WHERE i.project_id = $1 AND i.superseded_at IS NULL AND NOT i.is_model_written
     AND i.id IN (SELECT t.insight_id FROM insight_member t
                   WHERE t.project_id = $1 AND t.superseded_at IS NULL AND t.key = ANY ($2::text[]))
   GROUP BY i.id, i.key, i.title, i.detail, i.category, i.written_at`;

/** $2 insights, $3 sync */
const supersedeInsights = `
  WITH old AS (
    UPDATE workflow_insight SET superseded_at = now(), superseded_by = $3
     WHERE project_id = $1 AND id = ANY ($2::uuid[]) AND superseded_at IS NULL RETURNING entry_id)
  UPDATE memory_entry m SET superseded_at = now() FROM old
   WHERE m.project_id = $1 AND m.id = old.entry_id AND m.superseded_at IS NULL`;

/** $2 sync, then the insights as parallel arrays */
const insertInsights = `
  WITH given AS MATERIALIZED (
    SELECT t.*, nextval(pg_get_serial_sequence('public.memory_entry', 'id')) AS entry_id
      FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[], $10::text[], $11::text[],
                  $12::int4[], $13::text[])
        AS t (key, title, detail, category, severity, written_at, hash, head, text, tokens, words)),
  texts AS (
    INSERT INTO passage (project_id, hash, text, tokens, words, head, written_by)
    SELECT DISTINCT ON (g.hash) $1, g.hash::uuid, g.text, g.tokens, to_tsvector('simple', g.words), g.head, $2 FROM given g
    ON CONFLICT (project_id, hash) DO UPDATE SET text = excluded.text, words = excluded.words, head = excluded.head
     WHERE passage.text = ''),
  entries AS (
    INSERT INTO memory_entry (project_id, id, kind, title, parents, hash, tags, written_at)
    SELECT $1, g.entry_id, 'INSIGHT', g.title, '{}', g.hash::uuid, ARRAY[g.category], g.written_at FROM given g)
  INSERT INTO workflow_insight (project_id, id, entry_id, title, detail, category, type, severity, sync_id, key, written_at)
  SELECT $1, gen_random_uuid(), g.entry_id, g.title, g.detail, g.category, 'CONSOLIDATED', g.severity::severity, $2, g.key, g.written_at FROM given g`;

/** $2 leaders, $3 members as parallel arrays: what a group consists of now */
const addMembers = `
  INSERT INTO insight_member (project_id, insight_id, key)
  SELECT $1, i.id, t.member FROM unnest($2::text[], $3::text[]) AS t (leader, member)
    JOIN workflow_insight i ON i.project_id = $1 AND i.key = t.leader AND i.superseded_at IS NULL
  ON CONFLICT (project_id, insight_id, key) DO UPDATE SET superseded_at = NULL WHERE insight_member.superseded_at IS NOT NULL`;
/** The same, and $4 all keys that were grouped anew */
const endMembers = `
  UPDATE insight_member m SET superseded_at = now()
   WHERE m.project_id = $1 AND m.key = ANY ($4::text[]) AND m.superseded_at IS NULL
     AND NOT EXISTS (SELECT FROM unnest($2::text[], $3::text[]) AS t (leader, member)
                       JOIN workflow_insight i ON i.project_id = $1 AND i.key = t.leader AND i.superseded_at IS NULL
                      WHERE i.id = m.insight_id AND t.member = m.key)
     AND NOT EXISTS (SELECT FROM workflow_insight w WHERE w.project_id = $1 AND w.id = m.insight_id AND w.is_model_written)`;

const wantedPairs = `
  SELECT f.id AS from_id, t.id AS to_id, g.kind
    FROM unnest($2::text[], $3::text[], $4::text[]) AS g (leader, other, kind)
    JOIN workflow_insight f ON f.project_id = $1 AND f.key = g.leader AND f.superseded_at IS NULL
    JOIN workflow_insight t ON t.project_id = $1 AND t.key = g.other AND t.superseded_at IS NULL`;
const addPairs = `
  INSERT INTO insight_pair (project_id, from_id, to_id, kind) SELECT $1, w.from_id, w.to_id, w.kind FROM (${wantedPairs}) w
  ON CONFLICT (project_id, from_id, to_id, kind) DO UPDATE SET superseded_at = NULL WHERE insight_pair.superseded_at IS NOT NULL`;
/** $5 the keys of all insights that were grouped anew, $6 the IDs of those that ended */
const endPairs = `
  UPDATE insight_pair p SET superseded_at = now()
   WHERE p.project_id = $1 AND p.superseded_at IS NULL
     AND (p.from_id = ANY ($6::uuid[]) OR p.to_id = ANY ($6::uuid[])
          OR (EXISTS (SELECT FROM workflow_insight i WHERE i.project_id = $1 AND i.id = p.from_id AND i.key = ANY ($5::text[]))
              AND NOT EXISTS (SELECT FROM (${wantedPairs}) w WHERE w.from_id = p.from_id AND w.to_id = p.to_id AND w.kind = p.kind)))`;

interface InsightRow extends Record<string, unknown> {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  readonly category: string;
  readonly written_at: Date;
}

/** Writes the difference between the stored insights and those of a consolidation: what does not change is left alone. */
export async function writeInsights(
  sql: Sql,
  { projectId, syncId }: { readonly projectId: string; readonly syncId: string },
  { touched, insights, pairs }: Pick<Consolidation, 'touched' | 'insights' | 'pairs'>,
): Promise<void> {
  if (touched.length === 0) return;
  const stored = await sql.query<InsightRow>(touchedInsights, [projectId, [...touched]]);
  const wanted = new Map(insights.map((insight) => [insight.key, insight]));
  const ended = stored.filter((row) => !isSame(row, wanted.get(row.key)));
  const endedKeys = new Set(ended.map(({ key }) => key));
  const storedKeys = new Set(stored.map(({ key }) => key));
  const added = insights.filter(({ key }) => !storedKeys.has(key) || endedKeys.has(key));
  const endedIds = ended.map(({ id }) => id);
  if (ended.length > 0) await sql.execute(supersedeInsights, [projectId, endedIds, syncId]);
  if (added.length > 0) await sql.execute(insertInsights, [projectId, syncId, ...columnsOf(added)]);
  const members = insights.flatMap(({ key, members: all }) => all.map((member) => [key, member] as const));
  const memberArrays = [members.map(([leader]) => leader), members.map(([, member]) => member)];
  await sql.execute(endMembers, [projectId, ...memberArrays, [...touched]]);
  await sql.execute(addMembers, [projectId, ...memberArrays]);
  const pairArrays = [
    pairs.map(({ from }) => from),
    pairs.map(({ to }) => to),
    pairs.map(({ kind }) => kind),
  ];
  await sql.execute(endPairs, [projectId, ...pairArrays, [...wanted.keys()], endedIds]);
  await sql.execute(addPairs, [projectId, ...pairArrays]);
}

function isSame(row: InsightRow, insight: ConsolidatedInsight | undefined): boolean {
  return (
    insight !== undefined &&
    row.title === insight.title &&
    row.detail === insight.detail &&
    row.category === insight.category &&
    row.written_at.toISOString() === insight.writtenAt
  );
}

function columnsOf(insights: readonly ConsolidatedInsight[]): unknown[] {
  return [
    insights.map(({ key }) => key),
    insights.map(({ title }) => title),
    insights.map(({ detail }) => detail),
    insights.map(({ category }) => category),
    insights.map(({ severity }) => severity),
    insights.map(({ writtenAt }) => writtenAt),
    insights.map(({ passage }) => passage.hash),
    insights.map(({ passage }) => passage.head),
    insights.map(({ passage }) => passage.text),
    insights.map(({ passage }) => passage.tokens),
    insights.map(({ passage }) => passage.words),
  ];
}
