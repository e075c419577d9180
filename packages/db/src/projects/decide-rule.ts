import type { Authority } from '@project-sync/knowledge';
import type { Database } from '../database/database.ts';
import { publishRules } from '../engine/rule-store/rule-documents.ts';

/** A person's decision on a path of a branch. */
export interface RuleDecision {
  readonly projectId: string;
  readonly branchId: string;
  /** A file, or a folder with all that lies in it. */
  readonly path: string;
  /** Null withdraws the decision, and the conventions hold again. */
  readonly authority: Authority | null;
  readonly userId: string;
}

/** Waits for a sync of the branch that moves its head, so that the decision is applied to what readers see. */
const branch = `
  SELECT repository_id, head FROM branch WHERE project_id = $1 AND id = $2 AND removed_at IS NULL FOR NO KEY UPDATE`;

const withdraw = `
  UPDATE rule_path SET superseded_at = now()
   WHERE project_id = $1 AND branch_id = $2 AND path = $3 AND superseded_at IS NULL`;

const decide = `
  INSERT INTO rule_path (project_id, id, branch_id, path, authority, decided_by)
  VALUES ($1, gen_random_uuid(), $2, $3, $4::authority, $5)`;

const record = `
  INSERT INTO audit_log (project_id, id, actor_id, action, subject, detail)
  VALUES ($1, gen_random_uuid(), $2, 'rule.decide', $3, $4::jsonb)`;

/**
 * Records a decision with the person who made it, and applies it to the branch's current snapshot. Returns false where the branch
 * is not stored.
 */
export function decideRule(
  { transaction }: Pick<Database, 'transaction'>,
  { projectId, branchId, path, authority, userId }: RuleDecision,
): Promise<boolean> {
  return transaction(async (sql) => {
    const [found] = await sql.query<{ repository_id: string; head: number }>(branch, [projectId, branchId]);
    if (found === undefined || found.head === 0) return false;
    const { repository_id: repositoryId, head: number } = found;
    await sql.execute(withdraw, [projectId, branchId, path]);
    if (authority !== null) await sql.execute(decide, [projectId, branchId, path, authority, userId]);
    await sql.execute(record, [projectId, userId, path, JSON.stringify({ branchId, authority })]);
    await publishRules(sql, { projectId, repositoryId, branchId, number, syncId: null }, 0);
    return true;
  });
}
