import type { Sql } from '../database/database.ts';

/** A new project and its first owner. */
export interface NewProject {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly ownerId: string;
}

const project = `
  INSERT INTO project (id, slug, name, description) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

const owner = `
  INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'OWNER')`;

/**
 * Creates a project with its first owner. Returns false if the slug is taken. It needs the system's role, because a tenant
 * may not write memberships of a project it does not belong to yet.
 */
export async function createProject(sql: Sql, given: NewProject): Promise<boolean> {
  if ((await sql.execute(project, [given.id, given.slug, given.name, given.description])) === 0) return false;
  await sql.execute(owner, [given.id, given.ownerId]);
  return true;
}
