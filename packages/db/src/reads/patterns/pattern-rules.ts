import type { Sql } from '../../database/database.ts';
import { batchedInProject } from '../batched.ts';

/** The decisions of a project's people about a rule's findings, as counts. */
export interface JudgedRule {
  readonly detector: string;
  readonly judged: number;
  readonly dismissed: number;
}

/** Fewer judgements say nothing of a rule. */
const FEWEST_JUDGED = 10;
const LARGEST_SHARE = 0.1;

/** $1 project: the rules of which something was judged, with their counts. */
export const judgedRulesSql = `
  SELECT detector, count(*)::int4 AS judged, (count(*) FILTER (WHERE state = 'DISMISSED'))::int4 AS dismissed
    FROM pattern_judgement WHERE project_id = $1 AND state <> 'OPEN' GROUP BY detector ORDER BY detector`;

/** The same as `isTurnedDown`, of a row of these counts. */
export const isTurnedDownSql = (rule: string): string =>
  `${rule}.judged >= ${FEWEST_JUDGED} AND ${rule}.dismissed > ${rule}.judged * ${LARGEST_SHARE}`;

/** Whether people dismiss so much of what a rule finds that it steps back: its findings come last. */
export const isTurnedDown = ({ judged, dismissed }: JudgedRule): boolean =>
  judged >= FEWEST_JUDGED && dismissed > judged * LARGEST_SHARE;

/** The rules of which something was judged. */
export function judgedRules(sql: Sql, projectId: string): Promise<JudgedRule[]> {
  return sql.query<JudgedRule & Record<string, unknown>>(judgedRulesSql, [projectId]);
}

/** The judgements of one rule of a project. The calls of one tick share a statement. */
export const judgedRule = batchedInProject(
  async (sql: Sql, projectId: string, detectors: readonly string[]): Promise<JudgedRule[]> => {
    const rules = new Map((await judgedRules(sql, projectId)).map((rule) => [rule.detector, rule]));
    return detectors.map((detector) => rules.get(detector) ?? { detector, judged: 0, dismissed: 0 });
  },
);
