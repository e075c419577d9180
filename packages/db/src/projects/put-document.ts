import type { Sql } from '../database/database.ts';

/** A document written by a person. */
export interface NewDocument {
  readonly projectId: string;
  readonly id: string;
  readonly title: string;
  readonly content: string;
  readonly authority: string;
  readonly authorId: string | null;
}

const wait = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';

const supersede = `
  UPDATE document SET superseded_at = now()
   WHERE project_id = $1 AND title = $2 AND superseded_at IS NULL`;

const put = `
  INSERT INTO document (project_id, id, title, content, authority, sources, author_id)
  VALUES ($1, $2, $3, $4, $5::authority, '{}', $6)`;

/** Adds a document to a project and supersedes the one of the same title. Runs in the caller's transaction. */
export async function putDocument(sql: Sql, document: NewDocument): Promise<void> {
  const { projectId, id, title, content, authority, authorId } = document;
  // Of two concurrent documents with one title, the second waits here and supersedes the first.
  await sql.query(wait, [`document ${projectId} ${title}`]);
  await sql.execute(supersede, [projectId, title]);
  await sql.execute(put, [projectId, id, title, content, authority, authorId]);
}
