import type { Sql } from '../database/database.ts';
import { supersedeDocumentEntries } from './document-entries.ts';

const remove = `
  UPDATE document SET superseded_at = now()
   WHERE project_id = $1 AND id = $2 AND kind = 'WRITTEN' AND superseded_at IS NULL`;

/** Supersedes a document that a person wrote, without a successor. Removing it again changes nothing. */
export async function removeDocument(
  sql: Sql,
  { projectId, id }: { readonly projectId: string; readonly id: string },
): Promise<void> {
  await sql.execute(remove, [projectId, id]);
  await supersedeDocumentEntries(sql, projectId, [id]);
}
