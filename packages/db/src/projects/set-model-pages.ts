import type { Database } from '../database/database.ts';

const set = 'UPDATE project SET model_pages = $2 WHERE id = $1 AND removed_at IS NULL';
const record = `
  INSERT INTO audit_log (project_id, id, actor_id, action, subject, detail)
  VALUES ($1, gen_random_uuid(), $2, 'model.set', 'pages', $3::jsonb)`;

/** Turns the parts by a language model on or off for all pages of a project, and records who did it: they cost money. */
export function setModelPages(
  { transaction }: Pick<Database, 'transaction'>,
  {
    projectId,
    isOn,
    userId,
  }: { readonly projectId: string; readonly isOn: boolean; readonly userId: string | null },
): Promise<boolean> {
  return transaction(async (sql) => {
    const done = await sql.execute(set, [projectId, isOn]);
    if (done > 0) await sql.execute(record, [projectId, userId, JSON.stringify({ isOn })]);
    return done > 0;
  });
}
