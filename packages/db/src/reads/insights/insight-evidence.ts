import {
  bearing,
  isInsightCategory,
  openTextVectors,
  readForComparing,
  type ReadStatement,
  type TextVectors,
} from '@project-sync/knowledge';
import type { Sql } from '../../database/database.ts';
import { batchedInAll } from '../batched.ts';
import {
  evidenceOf,
  insightColumns,
  insightOfRow,
  isThere,
  type InsightRow,
  type StoredInsight,
} from './insight-sql.ts';

/** A sentence that an insight rests on. */
export interface Evidence {
  readonly projectId: string;
  readonly entryId: bigint;
  readonly source: string;
  readonly quote: string;
  readonly at: Date;
}

/** An insight that contradicts or answers another one. */
export interface RelatedInsight {
  readonly kind: 'contradiction' | 'answer';
  readonly insight: StoredInsight;
  /** Whether it is the later one of a contradiction. */
  readonly isLater: boolean;
}

/** Everything around an insight that one reader may see. */
export interface InsightSurroundings {
  readonly evidence: readonly Evidence[];
  readonly related: readonly RelatedInsight[];
}

/** The key of an insight. */
export interface InsightKey {
  readonly projectId: string;
  readonly id: string;
}

/** Sentences of other projects that are compared for one page. */
const MOST_LIKE = 2000;

const asked = `asked AS (
  SELECT i.project_id, i.id FROM unnest($1::uuid[], $2::uuid[]) AS a (project_id, id)
    JOIN workflow_insight i ON i.project_id = a.project_id AND i.id = a.id)`;

const own = `
  WITH ${asked}
  SELECT a.id AS insight_id, x.* FROM asked a
   CROSS JOIN LATERAL (
     SELECT s.project_id, s.entry_id, s.source, s.quote, s.written_at, s.key, s.category, s.answers FROM ${evidenceOf('a')}) x
   ORDER BY x.written_at, x.source, x.entry_id, x.key`;

const paired = `
  WITH ${asked}
  SELECT a.id AS asked_id, p.kind, p.from_id = i.id AS is_from, ${insightColumns}
    FROM asked a
    JOIN insight_pair p ON p.project_id = a.project_id AND p.superseded_at IS NULL AND (p.from_id = a.id OR p.to_id = a.id)
    JOIN workflow_insight i ON i.project_id = a.project_id AND i.id = CASE WHEN p.from_id = a.id THEN p.to_id ELSE p.from_id END
   WHERE ${isThere('i')}
   ORDER BY written_at DESC, i.id`;

// The reader's other projects: row-level security leaves nothing else to compare with.
const alike = `
  WITH ${asked},
  mine AS MATERIALIZED (
    SELECT a.id, a.project_id, s.neighbour_keys FROM asked a
      JOIN insight_member m ON m.project_id = a.project_id AND m.insight_id = a.id AND m.superseded_at IS NULL
      JOIN insight_statement s ON s.project_id = m.project_id AND s.key = m.key),
  near AS MATERIALIZED (
    SELECT DISTINCT n.id AS asked_id, s.project_id, s.key FROM mine n
      JOIN insight_statement s ON s.neighbour_keys && n.neighbour_keys AND s.project_id <> n.project_id
     LIMIT ${MOST_LIKE})
  SELECT n.asked_id, x.entry_id AS said_in, x.source, x.quote, x.written_at AS said_at, x.key, x.category AS said_as, x.answers, ${insightColumns}
    FROM near n
    JOIN insight_member w ON w.project_id = n.project_id AND w.key = n.key AND w.superseded_at IS NULL
    JOIN workflow_insight i ON i.project_id = w.project_id AND i.id = w.insight_id AND i.superseded_at IS NULL
   CROSS JOIN LATERAL (SELECT s.* FROM ${evidenceOf('i')} AND s.key = n.key) x
   ORDER BY n.asked_id, said_at, x.source, x.entry_id`;

interface OwnRow extends Record<string, unknown> {
  readonly insight_id: string;
  readonly project_id: string;
  readonly entry_id: bigint;
  readonly source: string;
  readonly quote: string;
  readonly written_at: Date;
  readonly key: string;
  readonly category: string;
  readonly answers: readonly string[];
}

interface PairedRow extends InsightRow {
  readonly asked_id: string;
  readonly kind: RelatedInsight['kind'];
  readonly is_from: boolean;
}

interface AlikeRow extends InsightRow {
  readonly asked_id: string;
  readonly said_in: bigint;
  readonly source: string;
  readonly quote: string;
  readonly said_at: Date;
  readonly key: string;
  readonly said_as: string;
  readonly answers: readonly string[];
}

/**
 * The surroundings of an insight: its own evidence and pairs, and the insights of the reader's other projects that say the
 * same, the opposite or the answer. Nothing of a project that the reader may not see is read, so nothing of it is counted.
 */
export const surroundingsOf = batchedInAll(
  async (sql: Sql, keys: readonly InsightKey[]): Promise<InsightSurroundings[]> => {
    const params = [keys.map(({ projectId }) => projectId), keys.map(({ id }) => id)];
    const [ownRows, pairRows, alikeRows] = [
      await sql.query<OwnRow>(own, params),
      await sql.query<PairedRow>(paired, params),
      await sql.query<AlikeRow>(alike, params),
    ];
    const vectors = alikeRows.length === 0 ? null : await openTextVectors();
    const byInsight = {
      own: Map.groupBy(ownRows, (row) => row.insight_id),
      pairs: Map.groupBy(pairRows, (row) => row.asked_id),
      alike: Map.groupBy(alikeRows, (row) => row.asked_id),
    };
    return keys.map(({ id }) => {
      const mine = byInsight.own.get(id) ?? [];
      const elsewhere =
        vectors === null ? nothing : comparedWith(mine, byInsight.alike.get(id) ?? [], vectors);
      const pairs = (byInsight.pairs.get(id) ?? []).map(relatedOf);
      return {
        evidence: [...mine.map(evidenceOfRow), ...elsewhere.evidence],
        related: [...pairs, ...elsewhere.related],
      };
    });
  },
);

const nothing: InsightSurroundings = { evidence: [], related: [] };

const evidenceOfRow = ({
  project_id: projectId,
  entry_id: entryId,
  source,
  quote,
  written_at: at,
}: OwnRow): Evidence => ({
  projectId,
  entryId,
  source,
  quote,
  at,
});

const relatedOf = (row: PairedRow): RelatedInsight => ({
  kind: row.kind,
  insight: insightOfRow(row),
  isLater: row.kind === 'contradiction' && row.is_from,
});

/** Compares the insights of other projects with this one, each as a whole: one contradiction outweighs any likeness. */
function comparedWith(
  mine: readonly OwnRow[],
  rows: readonly AlikeRow[],
  vectors: TextVectors,
): InsightSurroundings {
  const statements = mine.map((row) => readRow({ ...row, at: row.written_at, as: row.category }, vectors));
  const latest = Math.max(0, ...mine.map(({ written_at: at }) => at.getTime()));
  const evidence: Evidence[] = [];
  const related: RelatedInsight[] = [];
  for (const said of Map.groupBy(rows, ({ project_id: projectId, id }) => `${projectId} ${id}`).values()) {
    const [first] = said;
    if (first === undefined) continue;
    const kinds = new Set(
      said.flatMap((row) => {
        const other = readRow({ ...row, at: row.said_at, as: row.said_as }, vectors);
        return statements.map((one) => bearing(one, other, vectors));
      }),
    );
    const isLater = said.some(({ said_at: at }) => at.getTime() > latest);
    if (kinds.has('opposite')) related.push({ kind: 'contradiction', insight: insightOfRow(first), isLater });
    else if (kinds.has('same')) evidence.push(...said.map(saidElsewhere));
    else if (kinds.has('answer'))
      related.push({ kind: 'answer', insight: insightOfRow(first), isLater: false });
  }
  return { evidence, related };
}

const saidElsewhere = ({
  project_id: projectId,
  said_in: entryId,
  source,
  quote,
  said_at: at,
}: AlikeRow): Evidence => ({
  projectId,
  entryId,
  source,
  quote,
  at,
});

function readRow(
  {
    key,
    quote,
    at,
    as,
    answers,
  }: { key: string; quote: string; at: Date; as: string; answers: readonly string[] },
  vectors: TextVectors,
): ReadStatement {
  const time = at.toISOString();
  const category = isInsightCategory(as) ? as : 'pattern';
  return readForComparing({ key, quote, category, first: time, last: time, answers }, vectors);
}
