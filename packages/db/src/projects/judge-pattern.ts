import type { Sql } from '../database/database.ts';

/** A person's decision about a pattern. */
export interface Judgement {
  readonly projectId: string;
  readonly hash: string;
  readonly detector: string;
  readonly state: 'OPEN' | 'ACCEPTED' | 'DISMISSED';
  readonly reason: string | null;
  readonly judgedBy: string | null;
}

const judge = `
  INSERT INTO pattern_judgement (project_id, hash, detector, state, reason, judged_by)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (project_id, hash) DO UPDATE
    SET state = excluded.state, reason = excluded.reason, judged_by = excluded.judged_by, judged_at = now()`;

/** Keeps a judgement under the hash of its pattern's evidence: it holds on every branch, and when the pattern comes back. */
export async function judgePattern(sql: Sql, judgement: Judgement): Promise<void> {
  const { projectId, hash, detector, state, reason, judgedBy } = judgement;
  await sql.execute(judge, [projectId, hash, detector, state, reason, judgedBy]);
}
