import type { DocumentPassage } from '@project-sync/knowledge';
import type { Sql } from '../database/database.ts';
import { insertDocumentEntries, supersedeDocumentEntries } from './document-entries.ts';

/** A document written by a person. */
export interface NewDocument {
  readonly projectId: string;
  readonly id: string;
  readonly title: string;
  readonly content: string;
  readonly authority: string;
  readonly authorId: string | null;
  /** Where it stands among the documents; empty for one without a place. */
  readonly path: string;
  readonly scope: readonly string[];
  /** The one repository it stands beside; null for all of the project. */
  readonly repositoryId: string | null;
  /** Its parts, for search to find. */
  readonly passages: readonly DocumentPassage[];
}

const wait = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';

const supersede = `
  UPDATE document SET superseded_at = now()
   WHERE project_id = $1 AND kind = 'WRITTEN' AND superseded_at IS NULL AND path = $3
     AND CASE WHEN $3 = '' THEN title = $2 ELSE repository_id IS NOT DISTINCT FROM $4::uuid END
  RETURNING id`;

const put = `
  INSERT INTO document (project_id, id, kind, title, content, authority, sources, author_id, path, scope, repository_id)
  VALUES ($1, $2, 'WRITTEN', $3, $4, $5::authority, '{}', $6, $7, $8::text[], $9::uuid)`;

/**
 * Adds a document to a project and supersedes the one at the same place, or with the same title where it has no place.
 * Runs in the caller's transaction.
 */
export async function putDocument(sql: Sql, document: NewDocument): Promise<void> {
  const { projectId, id, title, content, authority, authorId, path, scope, repositoryId } = document;
  // Of two concurrent documents at one place, the second waits here and supersedes the first.
  const place = path === '' ? title : `${repositoryId ?? ''} ${path}`;
  await sql.query(wait, [`document ${projectId} ${path === '' ? 'titled' : 'placed'} ${place}`]);
  const replaced = await sql.query<{ id: string }>(supersede, [projectId, title, path, repositoryId]);
  await supersedeDocumentEntries(
    sql,
    projectId,
    replaced.map((each) => each.id),
  );
  await sql.execute(put, [projectId, id, title, content, authority, authorId, path, scope, repositoryId]);
  await insertDocumentEntries(sql, document);
}
