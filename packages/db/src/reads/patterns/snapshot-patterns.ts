import type { Certainty, PatternSeverity } from '@project-sync/knowledge';
import { rankPatterns } from '@project-sync/knowledge';
import type { Sql } from '../../database/database.ts';
import type { SnapshotKey } from '../snapshot-file.ts';
import { isTurnedDownSql, judgedRulesSql } from './pattern-rules.ts';

export type PatternState = 'OPEN' | 'ACCEPTED' | 'DISMISSED';

/** Which patterns of a snapshot are wanted; null for all. */
export interface PatternFilter {
  readonly kinds: readonly string[] | null;
  readonly severities: readonly string[] | null;
  readonly states: readonly PatternState[] | null;
}

interface PatternRecord extends Record<string, unknown> {
  readonly id: string;
  readonly detector: string;
  readonly subject: string;
  readonly severity: PatternSeverity | null;
  readonly certainty: Certainty;
  readonly is_new: boolean;
  readonly is_turned_down?: boolean;
}

/** Rows that rank alike everywhere: the columns by which patterns are ordered. */
const ranked = `p.id, p.detector, p.subject, p.severity, p.certainty, p.appeared AND p.first_seen = $3 AS is_new`;

// $4 kinds, $5 severities, $6 states
const inSnapshot = `
  SELECT ${ranked}, coalesce(${isTurnedDownSql('r')}, false) AS is_turned_down FROM pattern p
    LEFT JOIN (${judgedRulesSql}) r ON r.detector = p.detector
    LEFT JOIN pattern_judgement j ON j.project_id = p.project_id AND j.hash = p.hash
   WHERE p.project_id = $1 AND p.branch_id = $2 AND p.added <= $3 AND (p.superseded IS NULL OR p.superseded > $3)
     AND ($4::text[] IS NULL OR p.kind::text = ANY ($4::text[]))
     AND ($5::text[] IS NULL OR p.severity::text = ANY ($5::text[]))
     AND ($6::text[] IS NULL OR coalesce(j.state, 'OPEN') = ANY ($6::text[]))`;

/** The IDs of a snapshot's patterns in the order in which people read them. */
export async function snapshotPatterns(sql: Sql, key: SnapshotKey, filter: PatternFilter): Promise<string[]> {
  const { projectId, branchId, number } = key;
  const rows = await sql.query<PatternRecord>(inSnapshot, [
    projectId,
    branchId,
    number,
    filter.kinds,
    filter.severities,
    filter.states,
  ]);
  return idsInOrder(rows);
}

// A pattern whose lines moved has a new row, and neither appeared nor went.
const appeared = `
  SELECT ${ranked} FROM pattern p
    LEFT JOIN pattern_judgement j ON j.project_id = p.project_id AND j.hash = p.hash
   WHERE p.project_id = $1 AND p.branch_id = $2 AND p.added = $3 AND p.first_seen = $3 AND p.appeared
     AND coalesce(j.state, 'OPEN') <> 'DISMISSED'`;
const gone = `
  SELECT ${ranked} FROM pattern p
    LEFT JOIN pattern_judgement j ON j.project_id = p.project_id AND j.hash = p.hash
   WHERE p.project_id = $1 AND p.branch_id = $2 AND p.superseded = $3 AND coalesce(j.state, 'OPEN') <> 'DISMISSED'
     AND NOT EXISTS (SELECT FROM pattern n
                      WHERE n.project_id = p.project_id AND n.branch_id = p.branch_id AND n.hash = p.hash AND n.added = $3)`;

/** The IDs of the patterns that a sync saw first, or did not see any more. */
export async function changedPatterns(
  sql: Sql,
  { projectId, branchId, number }: SnapshotKey,
  change: 'APPEARED' | 'GONE',
): Promise<string[]> {
  const rows = await sql.query<PatternRecord>(change === 'APPEARED' ? appeared : gone, [
    projectId,
    branchId,
    number,
  ]);
  return idsInOrder(rows);
}

function idsInOrder(rows: readonly PatternRecord[]): string[] {
  const patterns = rows.map(({ is_new: isNew, is_turned_down: isTurnedDown = false, ...row }) => ({
    ...row,
    isNew,
    isTurnedDown,
  }));
  return rankPatterns(patterns).map(({ id }) => id);
}
