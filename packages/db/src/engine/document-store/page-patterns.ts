import type { RulePatterns } from '@project-sync/knowledge';
import type { Sql } from '../../database/database.ts';
import { citationsOf, type StoredPlace } from '../../reads/patterns/citations-of.ts';

// $1 project, $2 branch, $3 number, $4 rules, $5 most of each. Where the search for patterns failed, those of an earlier snapshot
// still stand, with the lines of that one.
const ofRules = `
  SELECT detector, total, title, places FROM (
    SELECT p.detector, p.title, p.places, count(*) OVER rule AS total,
           row_number() OVER (rule ORDER BY p.severity DESC NULLS LAST, p.subject COLLATE "C") AS at
      FROM pattern p
      LEFT JOIN pattern_judgement j ON j.project_id = p.project_id AND j.hash = p.hash
      JOIN project_sync s ON s.project_id = p.project_id AND s.branch_id = p.branch_id AND s.number = $3 AND s.patterns_at IS NOT NULL
     WHERE p.project_id = $1 AND p.branch_id = $2 AND p.added <= $3 AND (p.superseded IS NULL OR p.superseded > $3)
       AND p.detector = ANY ($4::text[]) AND coalesce(j.state, 'OPEN') <> 'DISMISSED'
    WINDOW rule AS (PARTITION BY p.detector)) AS ranked
   WHERE at <= $5::int4
   ORDER BY detector, at`;

/** The first patterns of some rules in a snapshot, without those that people dismissed. */
export async function pagePatterns(
  sql: Sql,
  place: readonly [projectId: string, branchId: string, number: number],
  { rules, most }: { readonly rules: readonly string[]; readonly most: number },
): Promise<RulePatterns[]> {
  const rows = await sql.query<{
    detector: string;
    total: bigint;
    title: string;
    places: readonly StoredPlace[];
  }>(ofRules, [...place, rules, most]);
  return [...Map.groupBy(rows, ({ detector }) => detector)].map(([detector, own]) => ({
    detector,
    total: Number(own[0]?.total ?? 0),
    patterns: own.map(({ title, places }) => ({ title, places: citationsOf(places) })),
  }));
}
