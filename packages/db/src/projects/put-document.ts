import type { Sql } from '../database/database.ts';

/** A document as a person put it there. */
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

/** Puts a document into a project; the one of the same title is superseded. Runs inside the caller's transaction. */
export async function putDocument(sql: Sql, document: NewDocument): Promise<void> {
  const { projectId, id, title, content, authority, authorId } = document;
  // Two at once under one title: the second waits here for the first, and supersedes it.
  await sql.query(wait, [`document ${projectId} ${title}`]);
  await sql.execute(supersede, [projectId, title]);
  await sql.execute(put, [projectId, id, title, content, authority, authorId]);
}
