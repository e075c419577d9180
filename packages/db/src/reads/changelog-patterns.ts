import {
  rankPatterns,
  type Certainty,
  type PatternChanges,
  type PatternSeverity,
} from '@project-sync/knowledge';
import type { Sql } from '../database/database.ts';
import { citationsOf, type StoredPlace } from './patterns/citations-of.ts';

/** A snapshot of the project. */
interface Place {
  readonly branchId: string;
  readonly number: number;
}

/** $2 and $3 the older snapshot, $4 and $5 the newer one. A rule that is new would look like a change of the code. */
const ofSameRules = `
  SELECT bool_and(patterns_at IS NOT NULL) AND count(DISTINCT patterns_version) = 1 AS same FROM project_sync
   WHERE project_id = $1 AND ((branch_id = $2::uuid AND number = $3::int4) OR (branch_id = $4::uuid AND number = $5::int4))`;

const patternsAt = (branch: string, number: string): string => `
  SELECT p.hash, p.detector, p.subject, p.severity, p.certainty, p.title, p.places FROM pattern p
    LEFT JOIN pattern_judgement j ON j.project_id = p.project_id AND j.hash = p.hash
   WHERE p.project_id = $1 AND p.branch_id = ${branch} AND p.added <= ${number} AND (p.superseded IS NULL OR p.superseded > ${number})
     AND coalesce(j.state, 'OPEN') <> 'DISMISSED'`;

const differing = `
  WITH older AS MATERIALIZED (${patternsAt('$2::uuid', '$3::int4')}), newer AS MATERIALIZED (${patternsAt('$4::uuid', '$5::int4')})
  SELECT true AS is_old, o.* FROM older o WHERE NOT EXISTS (SELECT FROM newer n WHERE n.hash = o.hash)
  UNION ALL
  SELECT false, n.* FROM newer n WHERE NOT EXISTS (SELECT FROM older o WHERE o.hash = n.hash)`;

interface DifferingPattern extends Record<string, unknown> {
  readonly is_old: boolean;
  readonly detector: string;
  readonly subject: string;
  readonly severity: PatternSeverity | null;
  readonly certainty: Certainty;
  readonly title: string;
  readonly places: readonly StoredPlace[];
}

/** The patterns that only one of two snapshots has; null where other rules looked at one of them, or none did yet. */
export async function changelogPatterns(
  sql: Sql,
  projectId: string,
  { older, newer }: { readonly older: Place; readonly newer: Place },
): Promise<PatternChanges | null> {
  const places = [projectId, older.branchId, older.number, newer.branchId, newer.number];
  const [rules] = await sql.query<{ same: boolean | null }>(ofSameRules, places);
  if (rules?.same !== true) return null;
  const rows = rankPatterns(await sql.query<DifferingPattern>(differing, places));
  const side = (isOld: boolean) =>
    rows
      .filter(({ is_old }) => is_old === isOld)
      .map((row) => ({ title: row.title, places: citationsOf(row.places) }));
  return { appeared: side(false), gone: side(true) };
}
