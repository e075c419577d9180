import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.ts';

/** Inserts a project and returns its id. */
export async function insertProject(
  { system }: Pick<Database, 'system'>,
  { id = randomUUID(), slug = id.slice(0, 20) }: { readonly id?: string; readonly slug?: string } = {},
): Promise<string> {
  await system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [id, slug]);
  return id;
}

/** Inserts a Git repository of a project and returns its id. */
export async function insertRepository(
  { system }: Pick<Database, 'system'>,
  projectId: string,
  url: string,
): Promise<string> {
  const id = randomUUID();
  await system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
    [projectId, id, url],
  );
  return id;
}
