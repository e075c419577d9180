import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../database/database.ts';

/** The part of an invitation that its link reveals. */
export interface OpenInvitation {
  readonly projectId: string;
  readonly project: string;
  readonly email: string;
  readonly role: string;
  /** The user with this address, if there is one. */
  readonly personId: string | null;
}

// An invitation is worth what its writer still may: it ends when they lose the role of an owner or are shut out. Neither
// does it let in a person who is shut out.
const standing = `
         invitation i JOIN project p ON p.id = i.project_id AND p.removed_at IS NULL
    JOIN project_member o ON o.project_id = i.project_id AND o.user_id = i.invited_by AND o.role = 'OWNER'
    JOIN "user" w ON w.id = o.user_id AND w.shut_out_at IS NULL
    LEFT JOIN "user" u ON u.email = i.email
   WHERE i.accepted_at IS NULL AND i.expires_at > now() AND i.email IS NOT NULL AND u.shut_out_at IS NULL`;

const open = `
  SELECT i.project_id, p.name AS project, p.slug, i.email, i.role::text AS role, i.id, u.id AS person_id
    FROM ${standing}
     AND i.token_hash = $1`;

const openByEmail = `SELECT 1 FROM ${standing} AND i.email = $1 LIMIT 1`;

// The inviter names the address and has the link too, so the address stays unverified.
const newPerson = `
  INSERT INTO "user" (id, name, email, email_verified, updated_at) VALUES ($1, split_part($2, '@', 1), $2, false, now())
  ON CONFLICT (email) DO NOTHING RETURNING id`;
const personOf = 'SELECT id FROM "user" WHERE email = $1';
const member = `
  INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, $3::project_role)
  ON CONFLICT (project_id, user_id) DO NOTHING`;
const used = 'UPDATE invitation SET accepted_at = now() WHERE project_id = $1 AND id = $2';

/** Finds an invitation by the token of its link; null if it was used, has expired or never existed. */
export async function findInvitation(database: Database, token: string): Promise<OpenInvitation | null> {
  const [row] = await database.system.query<{
    project_id: string;
    project: string;
    email: string;
    role: string;
    person_id: string | null;
  }>(open, [hashOf(token)]);
  if (row === undefined) return null;
  const { project_id: projectId, project, email, role, person_id: personId } = row;
  return { projectId, project, email, role, personId };
}

/** Tells whether an address has an invitation that stands. */
export async function isInvited({ system }: Database, email: string): Promise<boolean> {
  return (await system.query(openByEmail, [email])).length > 0;
}

type Joining = Readonly<Record<'id' | 'project_id' | 'slug' | 'email' | 'role', string>>;

/** The result of accepting an invitation. */
type Acceptance =
  | {
      readonly kind: 'joined';
      readonly userId: string;
      readonly email: string;
      readonly isNew: boolean;
      readonly projectId: string;
      readonly slug: string;
      readonly role: string;
    }
  /** It was used, has expired or never existed. */
  | { readonly kind: 'gone' }
  /** Its address belongs to a user other than the caller. */
  | { readonly kind: 'other-user' };

/**
 * Accepts an invitation, once. Its link creates a user with its address. If that user exists already, only they can
 * join: the inviter has the link too, and must not be able to sign in as the invited user.
 */
export async function acceptInvitation(
  database: Database,
  token: string,
  asker: string | null,
): Promise<Acceptance> {
  return database.transaction(async (sql) => {
    const [row] = await sql.query<Joining>(`${open} FOR UPDATE OF i`, [hashOf(token)]);
    if (row === undefined) return { kind: 'gone' };
    const { email } = row;
    const made = await sql.query<{ id: string }>(newPerson, [randomUUID(), email]);
    const [person] = made.length > 0 ? made : await sql.query<{ id: string }>(personOf, [email]);
    const isNew = made.length > 0;
    if (person === undefined || (!isNew && person.id !== asker)) return { kind: 'other-user' };
    await sql.execute(member, [row.project_id, person.id, row.role]);
    await sql.execute(used, [row.project_id, row.id]);
    const { project_id: projectId, slug, role } = row;
    return { kind: 'joined', userId: person.id, email, isNew, projectId, slug, role };
  });
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
