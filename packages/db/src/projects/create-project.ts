import type { Database } from '../database/database.ts';

/** What a project begins with. */
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
 * Makes a project with its first owner, and tells whether it was made: false where the slug is taken. It runs as the
 * system, because nobody may write memberships of a project that they are not in yet.
 */
export async function createProject(database: Database, made: NewProject): Promise<boolean> {
  return database.transaction(async (sql) => {
    if ((await sql.execute(project, [made.id, made.slug, made.name, made.description])) === 0) return false;
    await sql.execute(owner, [made.id, made.ownerId]);
    return true;
  });
}
