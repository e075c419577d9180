import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../database.ts';

/** What an invitation offers, as whoever holds its link may know it. */
export interface OpenInvitation {
  readonly projectId: string;
  readonly project: string;
  readonly email: string;
  readonly role: string;
}

const open = `
  SELECT i.project_id, p.name AS project, i.email, i.role::text AS role, i.id
    FROM invitation i JOIN project p ON p.id = i.project_id AND p.removed_at IS NULL
   WHERE i.token_hash = $1 AND i.accepted_at IS NULL AND i.expires_at > now() AND i.email IS NOT NULL`;

/** Looks an invitation up by the token of its link; null when it was used, has run out, or never was. */
export async function findInvitation(database: Database, token: string): Promise<OpenInvitation | null> {
  const [row] = await database.system.query<{
    project_id: string;
    project: string;
    email: string;
    role: string;
  }>(open, [hashOf(token)]);
  return row === undefined
    ? null
    : { projectId: row.project_id, project: row.project, email: row.email, role: row.role };
}

/** Takes an invitation up, once: whoever holds the link becomes a member, as a new person where none has that address. */
export async function acceptInvitation(database: Database, token: string): Promise<OpenInvitation | null> {
  return database.transaction(async (sql) => {
    const [row] = await sql.query<{
      project_id: string;
      project: string;
      email: string;
      role: string;
      id: string;
    }>(`${open} FOR UPDATE OF i`, [hashOf(token)]);
    if (row === undefined) return null;
    await sql.execute(
      `INSERT INTO "user" (id, name, email, email_verified, updated_at) VALUES ($1, split_part($2, '@', 1), $2, true, now()) ON CONFLICT (email) DO NOTHING`,
      [randomUUID(), row.email],
    );
    await sql.execute(
      `INSERT INTO project_member (project_id, user_id, role) SELECT $1, u.id, $3::project_role FROM "user" u WHERE u.email = $2 ON CONFLICT (project_id, user_id) DO NOTHING`,
      [row.project_id, row.email, row.role],
    );
    await sql.execute('UPDATE invitation SET accepted_at = now() WHERE project_id = $1 AND id = $2', [
      row.project_id,
      row.id,
    ]);
    return { projectId: row.project_id, project: row.project, email: row.email, role: row.role };
  });
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
